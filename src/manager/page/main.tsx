/** Starts the page. */
import { createApp } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import './style.css'
import { listKinds } from './api.ts'
import { Compare } from './pages/compare.tsx'
import { EntityPage } from './pages/entity-page.tsx'
import { FormPage } from './pages/form-page.tsx'
import { ListPage } from './pages/list-page.tsx'
import { NotFound } from './pages/not-found.tsx'
import { Overview } from './pages/overview.tsx'
import { createSession, sessionKey } from './session.ts'
import { Shell } from './shell.tsx'

const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/', component: Overview },
    { path: '/compare', component: Compare },
    { path: '/:path', component: ListPage },
    { path: '/:path/new', component: FormPage },
    { path: '/:path/:id/edit', component: FormPage },
    { path: '/:path/:id/:tab?', component: EntityPage },
    { path: '/:path/:id/:nested/new', component: FormPage },
    { path: '/:path/:id/:nested/:child', component: EntityPage },
    { path: '/:path/:id/:nested/:child/edit', component: FormPage },
    { path: '/:rest(.*)*', component: NotFound },
  ],
})

// Links that look like buttons, and are announced as buttons, also react to the space bar.
document.addEventListener('keydown', event => {
  const { target } = event
  if (event.key !== ' ' || !(target instanceof HTMLAnchorElement) || target.getAttribute('role') !== 'button')
    return
  event.preventDefault()
  target.click()
})

createApp(Shell)
  .provide(sessionKey, createSession(await listKinds()))
  .use(router)
  .mount('#app')
