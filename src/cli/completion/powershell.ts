/** The script for PowerShell: `deck completion powershell | Out-String | Invoke-Expression`. */
import { type Command, nextWords, spellings } from './completions.ts'

export function powershellScript(commands: readonly Command[]): string {
  const words = [...nextWords(commands)].map(
    ([before, list]) =>
      `    ${quote(before)} = @(${list.map(({ word, summary }) => pair(word, summary)).join(', ')})`,
  )
  const flags = commands.map(({ words: own, flags: all }) => {
    const list = all.flatMap(flag => spellings(flag).map(text => pair(text, flag.description)))
    return `    ${quote(own.join(' '))} = @(${list.join(', ')})`
  })
  return `# PowerShell completion of deck. To have it in every shell, add to $PROFILE: deck completion powershell | Out-String | Invoke-Expression
Register-ArgumentCompleter -Native -CommandName deck -ScriptBlock {
  param($current, $ast, $position)
  $next = @{
${words.join('\n')}
  }
  $flags = @{
${flags.join('\n')}
  }
  $command = ''
  foreach ($element in $ast.CommandElements | Select-Object -Skip 1) {
    if ($element.Extent.EndOffset -ge $position) { break }
    $longer = "$command $element".Trim()
    if ($next[$command] | Where-Object { ($_ -split '\\|', 2)[0] -eq "$element" }) { $command = $longer }
  }
  $list = if ($current.StartsWith('-')) { $flags[$command] } else { $next[$command] }
  $list | Where-Object { $_ -and $_.StartsWith($current) } | ForEach-Object {
    $word, $help = $_ -split '\\|', 2
    [System.Management.Automation.CompletionResult]::new($word, $word, 'ParameterValue', $help)
  }
}
`
}

/** Word and description, which a word cannot contain a `|` of. */
const pair = (word: string, description: string): string => quote(`${word}|${description || word}`)

const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`
