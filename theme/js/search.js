// The search page: Pagefind over the static index, everyday words through synonyms, best bets first.

const form = document.querySelector('main form[role="search"]')
const field = form.elements.q
const status = document.getElementById('status')
const list = document.getElementById('results')
const next = document.getElementById('next')
const filters = document.getElementById('filters')
const without = document.getElementById('without')

const PAGE = 10
const BETS = 5
const NAMES = { typ: 'Typ', ämne: 'Ämne', organ: 'Organ' }
const SMALL = new Set('i på en ett och om hur när var vad är jag min mitt mina man kan får ska till av för med att det den de som har någon vem vilken'.split(' '))

let pagefind, synonyms, bets
let rest = []
let asked = ''
let chosen = {}

async function prepare() {
  if (pagefind) return
  const read = address => fetch(address).then(answer => answer.json())
  const [engine, words, best] = await Promise.all([
    import('/pagefind/pagefind.js'), read('/api/v1/search-synonyms.json'), read('/api/v1/best-bets.json')
  ])
  await engine.options({ excerptLength: 24 })
  await engine.init()
  pagefind = engine
  synonyms = words
  bets = best.map(bet => ({ ...bet, all: bet.words.split(/[^\p{L}\p{N}]+/u) }))
}

const split = text => text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(word => word && !SMALL.has(word))

// The question itself, and what the site calls the same thing.
function expand(question) {
  const text = question.toLowerCase().trim()
  const words = split(text)
  const terms = [text, ...words].flatMap(word => synonyms[word] ?? [])
  return [words.join(' ') || text, ...new Set(terms)]
}

const alike = (word, other) => other === word ||
  (word.length > 3 && other.startsWith(word)) || (other.length > 3 && word.startsWith(other))

function bestBets(question) {
  const words = split(question)
  if (!words.length || Object.values(chosen).some(values => values.length)) return []
  const phrase = question.toLowerCase().trim()
  const scored = bets.map(bet => {
    const hits = words.filter(word => bet.all.some(other => alike(word, other))).length
    const exact = words.filter(word => bet.all.includes(word)).length
    const title = bet.title.toLowerCase()
    const inTitle = words.filter(word => title.includes(word)).length
    return { bet, score: hits < words.length ? 0 : hits + exact + inTitle + (bet.words.includes(phrase) ? 2 : 0) }
  })
  return scored.filter(row => row.score).sort((a, b) => b.score - a.score).slice(0, BETS).map(row => row.bet)
}

const plain = html => new DOMParser().parseFromString(html, 'text/html').body.textContent

function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties)
  made.append(...children)
  return made
}

function entry(title, address, kind, ...summary) {
  const head = element('h2', {}, element('a', { href: address, textContent: title }))
  const rows = kind ? [element('p', { className: 'meta', textContent: kind })] : []
  return element('li', {}, head, ...rows, element('p', {}, ...summary))
}

async function more() {
  const part = rest.splice(0, PAGE)
  const found = await Promise.all(part.map(result => result.data()))
  const first = list.children.length
  for (const data of found) {
    const pieces = data.excerpt.split(/<\/?mark>/).map((text, index) => index % 2 ? element('mark', { textContent: plain(text) }) : plain(text))
    list.append(entry(data.meta.title, data.url, (data.filters.typ ?? []).join(', '), ...pieces))
  }
  next.hidden = !rest.length
  return list.children[first]
}

function showFilters(available) {
  const groups = Object.entries(NAMES).filter(([key]) => Object.keys(available[key] ?? {}).length > 1)
  filters.replaceChildren(...groups.map(([key, name]) => {
    const select = element('select', { id: `filter-${key}`, name: key }, element('option', { value: '', textContent: 'Alla' }))
    for (const [value, count] of Object.entries(available[key]).sort((a, b) => b[1] - a[1])) {
      select.append(element('option', { value, textContent: `${value} (${count})`, selected: chosen[key]?.includes(value) ?? false }))
    }
    return element('div', { className: 'field' }, element('label', { htmlFor: select.id, textContent: name }), select)
  }))
  filters.hidden = !groups.length
}

async function search(question) {
  asked = question
  if (!question.trim()) return
  status.textContent = 'Söker …'
  list.hidden = true
  next.hidden = true
  try {
    await prepare()
  } catch {
    status.textContent = 'Sökningen går inte att använda just nu.'
    without.hidden = false
    return
  }
  without.hidden = true
  const answers = await Promise.all(expand(question).map(words => pagefind.search(words, { filters: chosen })))
  if (asked !== question) return // another question has come since
  const top = bestBets(question)
  const known = new Set(top.map(bet => bet.url))
  const results = [...new Map(answers.flatMap(answer => answer.results).map(result => [result.id, result])).values()]
  const data = await Promise.all(results.slice(0, PAGE + BETS).map(result => result.data()))
  const doubles = new Set(results.slice(0, PAGE + BETS).filter((_, index) => known.has(data[index].url)))
  rest = results.filter(result => !doubles.has(result))
  const count = top.length + rest.length
  list.replaceChildren(...top.map(bet => entry(bet.title, bet.url, bet.kind[0].toUpperCase() + bet.kind.slice(1), bet.summary)))
  await more()
  showFilters(answers[0].totalFilters ?? answers[0].filters ?? {})
  list.hidden = !count
  without.hidden = count > 0
  if (!count) without.firstElementChild.textContent = 'Prova ett annat ord, eller leta här:'
  status.textContent = count === 1 ? `1 träff på ”${question}”.` : count ? `${count} träffar på ”${question}”.` : `Inga träffar på ”${question}”.`
  document.title = document.title.replace(/^[^–]*/, `Sök: ${question} `)
}

form.addEventListener('submit', event => {
  event.preventDefault()
  chosen = {}
  const address = new URL(location)
  address.searchParams.set('q', field.value)
  history.pushState({}, '', address)
  search(field.value)
})
filters.addEventListener('change', event => {
  chosen = { ...chosen, [event.target.name]: event.target.value ? [event.target.value] : [] }
  search(asked)
})
next.addEventListener('click', async () => {
  const first = await more()
  first?.querySelector('a').focus()
})
function fromAddress() {
  field.value = new URLSearchParams(location.search).get('q') ?? ''
  search(field.value)
}
window.addEventListener('popstate', fromAddress)
without.firstElementChild.textContent = 'Du kan också leta här:'
fromAddress()
