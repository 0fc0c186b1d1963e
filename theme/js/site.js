// The menu on narrow screens, and the alerts that every page shows. Nothing here is needed to read a page.

const button = document.querySelector('.menu-button')
const menu = document.getElementById('meny')
const narrow = matchMedia('(max-width: 59.99rem)')

function show(open) {
  button.setAttribute('aria-expanded', String(open))
  menu.hidden = !open
}

function fit() {
  button.hidden = !narrow.matches
  show(!narrow.matches)
}

fit()
narrow.addEventListener('change', fit)
button.addEventListener('click', () => show(menu.hidden))
document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && narrow.matches && !menu.hidden) {
    show(false)
    button.focus()
  }
})

const EVERY = 15000 // milliseconds between looks, while the page is seen
const region = document.getElementById('kris')
const clock = new Intl.DateTimeFormat(document.documentElement.lang, {
  day: 'numeric', month: 'long', hour: '2-digit', minute: '2-digit', timeZone: 'Europe/Stockholm'
})
let known = []
let shown = ''

function element(name, text, properties = {}) {
  return Object.assign(document.createElement(name), { textContent: text, ...properties })
}

function item(alert) {
  const box = element('div', '', { className: `alert ${alert.severity === 'extrem' || alert.severity === 'allvarlig' ? 'high' : 'low'}` })
  const head = element('p', '')
  const label = alert.example ? `Exempel: ${alert.severity}` : alert.severity
  head.append(element('strong', `${label[0].toUpperCase()}${label.slice(1)}: ${alert.title}`))
  const where = alert.area_text ? `${alert.area_text}. ` : ''
  const body = element('p', `${where}${alert.instruction || alert.summary} ${region.dataset.until} ${clock.format(new Date(alert.expires))}. `)
  body.append(element('a', `${region.dataset.more}: ${alert.title}`, { href: new URL(alert.url).pathname }))
  box.append(head, body)
  return box
}

function draw() {
  const now = Date.now()
  const active = known.filter(alert => alert.kind !== 'övning' && Date.parse(alert.effective) <= now && now < Date.parse(alert.expires))
  const key = JSON.stringify(active)
  if (key !== shown) { // a live region must not speak again of what it has said
    shown = key
    region.replaceChildren(...active.map(item))
  }
}

async function look() {
  if (!document.hidden) {
    try {
      const answer = await fetch('/api/v1/alerts.json', { cache: 'no-cache' })
      if (answer.ok) known = (await answer.json()).alerts
    } catch { /* without a network the last known alerts stay until they expire */ }
    draw()
  }
}

look()
setInterval(look, EVERY)
document.addEventListener('visibilitychange', look)
