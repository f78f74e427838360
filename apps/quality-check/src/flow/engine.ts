import { assign } from './assignments.ts'
import { Budget } from './budget.ts'
import { callValue } from './calls.ts'
import { construct, instanceForEntry } from './classes.ts'
import { evaluate } from './expressions.ts'
import type { FlowRule, LanguageModel } from './flow-rule.ts'
import { Functions } from './functions.ts'
import { invoke, runEntry } from './invocations.ts'
import { CallMemory } from './memory.ts'
import { narrow } from './narrowing.ts'
import type { Program } from './program.ts'
import { Reports, type FlowReport, type HarmlessPlace } from './reports.ts'
import { noProofs, type Run } from './run.ts'
import type { Frame } from './scope.ts'
import { execute } from './statements.ts'
import { Store } from './store.ts'
import { worldOf } from './world.ts'

/**
 * Runs a program with abstract values (taint analysis) and reports where untrusted data reaches a sink. The work is limited, so results for very large programs are
 * incomplete. Sinks whose data was found harmless are returned as well. Pass the same `rules` array each time, because it is compiled once.
 */
export function runFlow(program: Program, model: LanguageModel, rules: readonly FlowRule[]): { readonly reports: FlowReport[]; readonly harmless: HarmlessPlace[] } {
  const world = worldOf(program.language, model, rules)
  const run: Run = {
    language: program.language,
    world,
    store: new Store(),
    budget: new Budget(program.body.at(-1)?.end ?? 0),
    reports: new Reports(),
    functions: new Functions(world),
    memory: new CallMemory(),
    ending: undefined,
    proofs: noProofs,
    tests: new Map(),
    conditions: [],
    evaluate: (expression, frame) => evaluate(run, expression, frame),
    execute: (body, frame) => execute(run, body, frame),
    assign: (target, value, frame) => assign(run, target, value, frame),
    invoke: (callable, args, at) => (callable.kind === 'class' ? construct(run, callable.class, args, at) : invoke(run, callable, args, at)),
    narrow: (test, truth, frame) => narrow(run, test, truth, frame),
    call: (callee, args, at) => callValue(run, callee, args, at),
  }
  run.budget.share(2)
  run.execute(program.body, frameOf(program))
  runEntries(run)
  return { reports: run.reports.list(), harmless: run.budget.isOver ? [] : run.reports.harmless() }
}

function frameOf({ locals }: Program): Frame {
  return { id: 0, node: undefined, parent: undefined, locals, variables: new Map(), returns: [], jumps: [], throws: [], mark: 0, branches: -1, isHandler: false, receiver: undefined, owner: undefined }
}

/** Runs the functions that frameworks and other files call, then those that no call in the file has reached. */
function runEntries(run: Run): void {
  for (let entry = run.functions.nextEntry(); entry !== undefined && !run.budget.isOver; entry = run.functions.nextEntry()) {
    run.budget.share(run.functions.waiting + 1)
    const receiver = entry.receiver ?? (entry.owner === undefined ? undefined : instanceForEntry(run, entry.owner, entry.node))
    runEntry(run, entry, receiver)
  }
}
