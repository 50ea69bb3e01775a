/**
 * Every command by its id (`gateway:sync`), each loaded only when it is run. A test compares this list with
 * the files in `commands/`.
 */

type Loader = () => Promise<{ readonly default: unknown }>

export const commands: Readonly<Record<string, Loader>> = {
  completion: () => import('./commands/completion.ts'),
  convert: () => import('./commands/convert.ts'),
  diff: () => import('./commands/diff.ts'),
  dump: () => import('./commands/dump.ts'),
  explain: () => import('./commands/explain.ts'),
  'file:add-plugins': () => import('./commands/file/add-plugins.ts'),
  'file:add-tags': () => import('./commands/file/add-tags.ts'),
  'file:convert': () => import('./commands/file/convert.ts'),
  'file:explain': () => import('./commands/file/explain.ts'),
  'file:format': () => import('./commands/file/format.ts'),
  'file:lint': () => import('./commands/file/lint.ts'),
  'file:list-tags': () => import('./commands/file/list-tags.ts'),
  'file:merge': () => import('./commands/file/merge.ts'),
  'file:namespace': () => import('./commands/file/namespace.ts'),
  'file:openapi2kong': () => import('./commands/file/openapi2kong.ts'),
  'file:openapi2mcp': () => import('./commands/file/openapi2mcp.ts'),
  'file:patch': () => import('./commands/file/patch.ts'),
  'file:remove-tags': () => import('./commands/file/remove-tags.ts'),
  'file:render': () => import('./commands/file/render.ts'),
  'file:route': () => import('./commands/file/route.ts'),
  'file:schema': () => import('./commands/file/schema.ts'),
  'file:test': () => import('./commands/file/test.ts'),
  'file:validate': () => import('./commands/file/validate.ts'),
  'gateway:apply': () => import('./commands/gateway/apply.ts'),
  'gateway:diff': () => import('./commands/gateway/diff.ts'),
  'gateway:drift': () => import('./commands/gateway/drift.ts'),
  'gateway:dump': () => import('./commands/gateway/dump.ts'),
  'gateway:history': () => import('./commands/gateway/history.ts'),
  'gateway:ping': () => import('./commands/gateway/ping.ts'),
  'gateway:plan': () => import('./commands/gateway/plan.ts'),
  'gateway:reset': () => import('./commands/gateway/reset.ts'),
  'gateway:show': () => import('./commands/gateway/show.ts'),
  'gateway:resume': () => import('./commands/gateway/resume.ts'),
  'gateway:rollback': () => import('./commands/gateway/rollback.ts'),
  'gateway:sync': () => import('./commands/gateway/sync.ts'),
  'gateway:unlock': () => import('./commands/gateway/unlock.ts'),
  'gateway:validate': () => import('./commands/gateway/validate.ts'),
  manager: () => import('./commands/manager.ts'),
  ping: () => import('./commands/ping.ts'),
  reset: () => import('./commands/reset.ts'),
  serve: () => import('./commands/serve.ts'),
  sync: () => import('./commands/sync.ts'),
  validate: () => import('./commands/validate.ts'),
  version: () => import('./commands/version.ts'),
}

/** All classes at once: what the build makes the manifest from. */
export async function loadAll(): Promise<Record<string, unknown>> {
  const entries = Object.entries(commands).map(async ([id, load]) => [id, (await load()).default] as const)
  return Object.fromEntries(await Promise.all(entries))
}
