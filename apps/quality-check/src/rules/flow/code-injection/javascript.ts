import type { FlowSpec } from '../../../flow/flow-rule.ts'
import { anyOf, of } from '../../javascript-paths.ts'
import { builtOrSent, isBuiltOrSent, type When } from '../../when.ts'

const pages = '**.newContext() **.context context **.page **.frame **.newPage() page frame **.browser.newPage() puppeteer.launch().newPage() playwright.chromium.launch().newPage()'
// A field of the request with the name of the page's method is the interface of a service that runs its users' scripts in a page.
const builtOrSentUnasked: When = ({ args: [script], path }) => isBuiltOrSent(script) && script?.origins.some((origin) => origin.endsWith(`.${path.slice(path.lastIndexOf('.') + 1)}`)) !== true

export const javascript: FlowSpec = {
  sinks: [
    // For uncertain data, oxlint's finding suffices.
    { call: ['eval'], args: [0], sure: true },
    { call: ['Function', 'Function.constructor', 'execScript', 'GeneratorFunction', 'AsyncFunction', '**.constructor.constructor'] },
    { call: ['setTimeout', 'setInterval'], args: [0], when: builtOrSent() },
    { call: [...of('vm', 'runInNewContext runInThisContext runInContext compileFunction Script createScript SourceTextModule'), 'vm.Script().runInNewContext'], args: [0] },
    { call: ['vm2.VM().run', 'vm2.NodeVM().run', 'vm2.VMScript', 'vm2.NodeVM.code', 'sandbox().run', 'notevil', 'safe-eval', 'static-eval', 'node-eval', 'require-from-string', 'esm-eval', 'module().prototype._compile', '**._compile'], args: [0] },
    // Formula evaluators and sandboxes exist to run other people's code.
    { call: ['isolated-vm.Isolate().compileScript', 'isolated-vm.Isolate().compileScriptSync', 'quickjs-emscripten.getQuickJS().evalCode', 'jailed.DynamicPlugin', 'expr-eval.Parser.evaluate', 'mathjs.evaluate', 'mathjs.eval'], args: [0], advice: true },
    { call: [...of('$scope $rootScope **.$scope **.$rootScope', '$eval $evalAsync $apply $watch'), '$parse', '$compile', '$interpolate'], args: [0], when: builtOrSent() },
    { call: ['vm2.VM', 'vm2.NodeVM'], args: ['0.sandbox'] },
    { call: of(pages, 'evaluate evaluateHandle evaluateOnNewDocument addInitScript addScriptTag waitForFunction'), args: [0], when: builtOrSentUnasked },
    { call: of(pages, '$eval $$eval'), args: [1], when: builtOrSent(1) },
    { call: ['chrome-remote-interface().Runtime.evaluate', 'chrome-remote-interface().Runtime.compileScript', '**.Runtime.evaluate', '**.Runtime.compileScript'], args: ['0.expression'] },
    { call: anyOf('executeScript executeJavaScript evaluateJavaScript executeAsyncScript insertCSS'), args: [0] },
    { call: ['phantom.create().createPage().evaluateJavaScript', '**.createPage().evaluateJavaScript'], args: [0] },
    { call: ['**.setAttribute'], args: [1], when: ({ args }) => args[0]?.constants?.every((name) => /^on[a-z]+$/i.test(String(name))) === true },
    { assign: anyOf('onclick onload onerror onmouseover onfocus onsubmit'), when: ({ args }) => args[0]?.built === true },
    { call: ['vm2.NodeVM().runFile', 'import'], args: [0], when: ({ args, path }) => path !== 'import' || args[0]?.prefix?.startsWith('data:') === true },
  ],
  sanitizers: ['JSON.stringify', 'serialize-javascript', 'parseInt', 'Number', 'JSON.parse'],
}
