import { expect, test } from 'vitest'
import { loadAnalyser } from '../file-analyser.ts'

async function findingsIn(text: string) {
  const analyse = await loadAnalyser('python')
  return (await analyse({ text, extension: '.py', bareName: '', fileClass: 'source', language: 'python' })).filter(({ clears, rule }) => clears !== true && rule === 'swallowed-exception')
}

test.each([
  ['', 'page = None', 'return page', 'unless_new'],
  ['', 'page = None', 'if page is None:\n        return shop.first_page()\n    return page', true],
  ['', 'page = None', 'if shop.is_open:\n        return page', 'unless_new'],
  ['', 'page = None', 'raise ValueError(name)', true],
  ['# The pages of a shop.\n    ', 'page = None', 'return page', 'unless_new'],
  ['# A page that fails\n    # leaves the list as it is.\n    ', 'page = None', 'return page', true],
  ['"""Names the page, best-effort."""\n    ', 'page = None', 'return page', true],
  ['"""Names the page."""\n    ', 'page = None', 'return page', 'unless_new'],
  ['', 'is_open = False', 'shop.greet(name)\n    if is_open:\n        return shop.first_page()\n    return None', true],
  ['', 'is_open = True', 'shop.greet(name)\n    if is_open:\n        return shop.first_page()\n    return None', 'unless_new'],
  ['', 'is_open = False', 'return is_open', 'unless_new'],
])('after "%stry" a broad handler of "%s" is advice where the failure is provided for: %j', async (above, fallback, next, advice) => {
  const found = await findingsIn(`from shop import client, shop\n\n\ndef page_of(name):\n    ${above}try:\n        page = client.page(name)\n    except Exception:\n        ${fallback}\n    ${next}\n`)
  expect(found.map((each) => each.advice ?? false)).toEqual([advice])
})

test.each([
  ['# SQLite doesn\'t like this.\n        shop.drop(name)\n        shop.close_up()', true],
  ['# The column of names.\n        shop.drop(name)\n        shop.close_up()', 'unless_new'],
  ['return shop.json()', undefined],
  ['return shop.pages(name).json()', 'unless_new'],
  ['page = shop.page(name)\n        return page.json()', 'unless_new'],
  ['count = int(name)\n        if count > 0:\n            return list(range(int(count)))\n        return []', undefined],
  ['count = int(name)\n        if count > 0:\n            return list(shop)\n        return []', 'unless_new'],
  ['count = int(name)\n        if count > 0:\n            return shop.pages(count)\n        return []', 'unless_new'],
])('what is tried says that it fails, or asks only whether it can be read: %j', async (tried, advice) => {
  const found = await findingsIn(`from shop import shop\n\n\ndef pages_of(name):\n    try:\n        ${tried}\n    except Exception:\n        return []\n`)
  expect(found.map((each) => each.advice ?? false)).toEqual(advice === undefined ? [] : [advice])
})

test.each([
  ['def pages():', 'return shop.pages()', 'return []', 'unless_new'],
  ['def release_pages():', 'return shop.pages()', 'return []', true],
  ['def pages():\n    """Returns nothing if the shop fails."""', 'return shop.pages()', 'return []', true],
  ['def pages():', '# Old shops raise an exception.\n        return shop.pages()', 'return []', true],
  ['def pages():', 'page = shop.first()\n        pages = page.all()', 'pass\n    if not pages:\n        return []', undefined],
  ['def pages():', 'shop.pages()', 'print("no pages")\n        return 1', 'unless_new'],
  ['def pages():', 'shop.pages()', 'print("no pages", file=sys.stderr)\n        return 1', undefined],
  ['def pages(shop):', 'return len(shop)', 'return 0', undefined],
  ['def pages():', 'del shop.pages', 'pass', undefined],
  ['def pages():', 'return shop.pages()\n    except KeyError:\n        raise', 'return []', true],
  ['for shop in shops:', 'pages = shop.pages()', 'pages = []', true],
  ['def pages():\n  for shop in shops:', 'pages.append(shop)', 'pass', 'unless_new'],
  ['def pages():\n  for shop in shops:', 'pages.append(page)', 'pass', undefined],
  ['def pages():', 'pages = shop.pages()', 'pages = None', true],
  ['def pages():', 'pages = shop.pages()', 'pages = []', 'unless_new'],
  ['def pages():\n    """Handles invalid shops."""', 'return shop.pages()', 'return []', true],
  ['def first_page():\n  for shop in shops:', 'page = shop.page()\n        if page:\n            return page', 'page = 0\n        continue', true],
])('in %j a broad handler of %j that ends in %j', async (head, tried, fallback, advice) => {
  const found = await findingsIn(`import sys\nfrom shops import shop, shops\n\n\n${head}\n    try:\n        ${tried}\n    except Exception:\n        ${fallback}\n`)
  expect(found.map((each) => each.advice ?? false)).toEqual(advice === undefined ? [] : [advice])
})

test.each([
  ['token.split_contents()', 'bits[1]', undefined],
  ['token.split_contents()', 'bits[shop.place]', 'unless_new'],
  ['token.split_contents()', 'shop.page(bits[1])', 'unless_new'],
  ['shop.pages(token)', 'bits[0]', 'unless_new'],
])('what may be missing after %s is only a part: %s', async (source, part, advice) => {
  const found = await findingsIn(`from shop import shop\n\n\ndef tag(token):\n    bits = ${source}\n    try:\n        name = ${part}\n    except Exception:\n        name = ""\n    return name\n`)
  expect(found.map((each) => each.advice ?? false)).toEqual(advice === undefined ? [] : [advice])
})

test.each([
  ['for order in orders:', 'log.error("not deleted: %s", order)', true],
  ['for order in orders:', 'print(order)', 'unless_new'],
  ['if orders:', 'log.error("not deleted: %s", orders)', 'unless_new'],
])('under "%s" a handler that rolls back and says "%s" lets the others follow or not', async (block, said, advice) => {
  const found = await findingsIn(`from shop import log, shop\n\n\ndef clean(orders):\n    ${block}\n        try:\n            shop.delete(orders)\n            shop.commit()\n        except Exception:\n            shop.rollback()\n            ${said}\n`)
  expect(found.map((each) => each.advice ?? false)).toEqual([advice])
})

test.each([
  ['order.save()', 'except:', 'pass', [undefined]],
  ['order.save()', 'except Exception:', 'pass', ['unless_new']],
  ['order.save()', 'except Exception:', 'pass\n    return order.number', [undefined]],
  ['order.save()', 'except Exception:', 'pass\n    return None', ['unless_new']],
  ['order.save()\n        return True', 'except Exception:', 'pass\n    return "failed"', [true]],
  ['await orders.insert(order)', 'except:', 'return None', ['unless_new']],
  ['order.pay()', 'except Refused:', 'try:\n            order.save()\n        except:\n            pass', [true]],
  ['number = session.save()', 'except:', 'pass', ['unless_new']],
  ['orders.insert(0, order)', 'except:', 'pass', []],
  ['order.save()', 'except:', 'log.debug("cannot save %s: %s", order, error)', [true]],
  ['order.price()', 'except:', 'return 0', ['unless_new']],
  ['order.price()', 'except:', 'return None', [true]],
  ['session.price(order)', 'except:', 'return None', ['unless_new']],
  ['update_callback(order)', 'except:', 'pass', []],
  ['context = ssl.create_default_context()', 'except:', 'pass', []],
  ['order.price()', 'except:', 'pass', []],
  ['session.price(order)', 'except:', 'pass', ['unless_new']],
  ['order.save()', 'except:', 'pass  # the next run does it again', []],
  ['cache.put(order)', 'except:', 'pass', []],
])('a failure of "%s" that ends in "%s %s" blocks where a change of its own is lost and taken for done', async (work, clause, handler, advice) => {
  const found = await findingsIn(`async def keep(order):\n    try:\n        ${work}\n    ${clause}\n        ${handler}\n`)
  expect(found.map((each) => each.advice)).toEqual(advice)
})
