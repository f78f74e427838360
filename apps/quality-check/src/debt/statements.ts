// Plain statements of debt, without words of regret. Like the weak phrases, they count in comments on code and not in documentation.

import { sentence } from './phrases.ts'

const start = '^\\W*'
const own = `${start}(?:(?:this|currently|sometimes|still|probably|also|but) )*`
const supposed = '(?<!\\b(?:if|when|whether|unless|until|that|which|case|where|while|ensure|so|once|because|should)\\b[^.;]{0,80})'
const cover = '(?:handle|support|deal with|cope with|cover|detect|recogni[sz]e|implement|account for|enforce|validate)'
const missing = 'error handling|validation|pagination|paging|retries|locking|caching|escaping|clean-?up|rollback|rate limiting|authori[sz]ation|input checking|logging|localization|internationali[sz]ation'
const tests = '(?:unit |integration |regression |more |some |proper |real |better |further |a |an |the )*(?:tests?|test cases?|test coverage|assertions?)'
const end = '[.!]*$'
const ready = '(?:ready|fixed|repaired|migrated|available|in place|implemented|released|merged|deployed|stable|gone|published|written|rewritten|upgraded|supported|there|exists?|supports? \\w+|catch(?:es)? up)'
const tool = '(?:the |our )?(?:build|tests?|compiler|linter|type ?checker|ci)'

const defects = [
  `${own}(?:does not|doesn't) (?:really |seem to |appear to )?work (?:for|with|on|under|when|if|unless|across)\\b(?! a copy)`,
  `${start}(?:bugs?|known bug) ?: (?!www|see\\b|fix)[a-z]+`, `${start}(?:the )?problem ?: (?!given\\b|find\\b|let\\b|for (?:a|each)\\b)[a-z]+`, `${start}(?:security (?:hole|problem|risk)|memory leak|must fix|limitations?|missing) ?: [a-z]+`,
  `${own}(?:gives?|gets?|yields?|computes?|produces?|returns?|shows?|picks?) (?:you )?(?:the |an? |completely |totally )*(?:wrong|incorrect|bogus) (?:answers?|results?|values?|numbers?|output|page|order|count|offsets?|index|type|thing)\\b`, `${own}(?:produces?|returns?|yields?|prints?) garbage\\b`,
  `(?:this|it) (?<=(?:^|[.;:!(-] ?)(?:this|it) )(?:(?:probably|currently|sometimes|still|also|might|may|could|can) )*(?:crash(?:es)?|hangs?|deadlocks?|blows? up|leaks?|loops? forever|blocks? forever|never terminates?|loses? (?:data|updates|precision|information|events))\\b(?![^.;]{0,40} otherwise)(?! explicitly)(?! (?:the|a) (?:process|user|message|window)\\b)`,
  `${start}(?:sometimes|occasionally|randomly|probably|possibly|often) (?:hangs?|fails?|crash(?:es)?|times out|deadlocks?|leaks?)\\b`, `${start}(?:deadlocks|hangs|leaks|loops forever) (?:if|when|on|for|under)\\b`,
  `${start}(?:broken|buggy|flaky|unreliable) (?:on|for|in|with|when|by|since|if)\\b(?! (?:the )?(?:words|lines?|pieces|parts|two))`, `${start}not (?:quite |always |entirely )?(?:correct|accurate|right|reliable) (?:for|in|with|when|if|on)\\b`, `${start}off by one(?=\\?)`,
  `${start}not (?:thread[- ]?safe|atomic|re-?entrant)(?=!|[.]?$|[:.] (?!callers?|clients?|users?|use|external\\w*|synchroni|the caller))`,
  `${start}(?:unsafe|insecure|buggy|incorrect|inaccurate|incomplete|sub-?optimal|simplistic|gross|horrendous|horrid|atrocious|hideous|imprecise|overcomplicated|unreliable|racy|half-done)(?=[:!,.]|$)(?! ?\\w+: )`, `${start}wrong!`, `${start}very slow (?:for|with|on|when)\\b`,
  `\\b(?:errors?|exceptions?|failures?) (?:is|are|gets?) (?:silently |simply |just )?(?:swallowed|lost)(?: here)?(?=[.!]|$)${supposed}`, `\\b(?:precision|information) is lost(?: here)?(?=[.!]|$)${supposed}`,
  `\\b(?:is|are|gets?) never (?:closed|removed|released|freed|evicted|cleaned up|unsubscribed|unregistered)(?=[.!,]|$)${supposed}`,
  `${own}(?:is )?(?:open|vulnerable|susceptible) to (?:\\w+ )?(?:injection|xss|csrf|race conditions?|races)\\b`, `\\brace (?:condition )?is (?:still )?possible\\b`,
  `\\b(?:this|the) (?:check|test|validation|regex|regexp|pattern|heuristic) (?:below |above |here )?is (?:not |in)(?:sufficient|good enough|complete|strict enough|reliable)\\b`, `\\b(?:it|this) is (?:just |plain |really )?(?:wrong|bad) to (?:catch|use|do|call|assume|throw|return|ignore|compare|rely)\\b`,
  `(?:doesn't|does not) (?:seem|appear) to (?:have (?:any|an) effect|do any|help|matter|make (?:any|a) difference)`,
  `\\b(?:numbers?|offsets?|result|total|count|estimate|sum|timing|size|math) (?:is|are) (?:way |slightly |a bit |totally |completely |clearly |just )?(?:off|bogus)(?=[.!]|$| by| for)${supposed}`,
]

const limits = [
  `${own}(?:does not|doesn't) (?:currently |properly |really |correctly |fully )?(?:${cover}|respect|honou?r|look at|take (?:\\w+ ){0,3}into account|escape|preserve)\\b(?! (?:it|this|that)[.,;])(?! (?:multiple )?inheritance)`,
  `we (?<=(?:^|[.;:!(-] ?|\\bbut )we )(?:don't|do not|can't|cannot) (?:currently |yet |really |actually |properly )?${cover}\\b(?! (?:it|this|that|them|about|any|multiple|python|node|versions?|right)\\b)(?![^.;]*\\b(?:so|because|since|as|hence|therefore|if|anymore|based on)\\b)`, `\\b(?:we|i) (?:can't|cannot) (?:currently|presently|yet) \\w+`,
  `${start}not (?:yet )?(?:handled|covered|detected|taken into account|enforced|dealt with) ?(?:: \\w+|here|yet|so far)`, `${start}not (?:properly|fully|completely|correctly) \\w+ed${end}`, `${start}incomplete (?:list|and\\b|but\\b)`, `${start}partial(?: implementation)? ?: \\w+`,
  '\\bat present\\b[^.;]{0,60}(?:\\bnot\\b|\\bonly\\b|n\'t\\b|\\bignored\\b|\\bundefined\\b)', '\\b(?:not|only|undefined|ignored|disabled|unused)\\b[^.;]{0,60} at present(?=[.,;!)]|$)',
  '\\bfor (?:the sake of )?(?:simplicity|brevity)(?:\'s sake)?,? (?:we |i |let\'s )?(?:just |only |simply )?(?:pretend|ignore|don\'t|do not)\\b', `${start}pretend that it \\w+ed\\b`,
  `${start}no (?:proper |real |any )?(?:${missing})(?: (?:here|yet|so far|at all|for now|whatsoever))?${end}`, `${start}no ${tests} (?:for|covers?|yet|exists?|so far)\\b(?![^.;]*\\b(?:since|because|as|if)\\b)`, `\\bthere (?:is|are) no (?:${missing}|${tests})(?= (?:for (?:this|the|that)|yet|so far)|${end})`,
  `\\b(?:${missing}|(?:the )?(?:\\w+ )(?:part|path|half)) (?:is|are) (?:still |currently )?(?:missing|lacking|absent|incomplete)(?=[.!,;]|$| here)${supposed}`,
  `${start}(?:add|implement|provide) (?:proper |better |some |real |full |the )*(?:${missing})(?: (?:here|for [^.;:]{1,50}))?${end}`, `${start}add support for [^.;:]{1,40}${end}`, '\\bno way to (?:\\w+ ){1,5}yet\\b', `${start}(?:wip|work in progress)(?=[.!:,;]|$)`, '\\b(?:left|is) as an exercise\\b',
  '\\bnot? (?:taken?|takes) (?:\\w+ ){0,3}into account yet\\b',
]

const fakes = [
  `${start}(?:just |only )?(?:an? )?(?:dummy|fake|bogus|mock(?:ed)?|stub(?:bed)?|place-?holder|canned|made[- ]up) (?:[\\w-]+ ){0,3}(?:until|till|so that ${tool}|to (?:make|keep|get|satisfy|please) ${tool})\\b`, `${start}(?:dummy|fake|stub) (?:implementation|version)(?=[.!,:;]|$)`,
  '\\binterim (?:fix|solution|measure|code|hack)\\b', `\\btemporarily (?:disabled|inlined|removed|skipped|turned off|hidden)(?: until|(?=${end}|[,;:]))`,
  `${start}(?:deliberately |temporarily |still )?(?:skipp(?:ed|ing)|disabl(?:ed|ing)|ignor(?:ed|ing)|bypass(?:ed|ing)|inlined|duplicated|hidden) (?:[\\w-]+ ){0,4}until (?:the |a |an |we |our |all )?(?:[\\w-]+ ){1,4}(?:(?:is|are|has been|have been|gets?) )?${ready}(?=[.,;!)]|$)`,
  '\\b(?:old|legacy|previous) [\\w -]{1,30} (?:is|are) kept until\\b',
]

const weakTests = [
  `${start}(?:also |please )?(?:write|add|needs?|wants?|lacks?) ${tests}(?: (?:for|of|that|with) [^.;:]{1,60}| too| as well| here)?${end}`, `\\b(?:has|have) never been (?:tested|exercised|verified|tried|used in)\\b`, `\\bwas never (?:really )?(?:tested|exercised|finished)\\b`,
  `\\b(?:this|these|the)? ?tests? (?:is|are) (?:(?:really|quite|very|a bit|too|rather|currently|still|known to be|often) )*(?:flaky|pointless|useless|weak|brittle|incomplete|fragile|unreliable|broken|nonsense|worthless|failing)(?! (?:if|when|unless|and (?:was|were) fixed))`,
  `${start}(?:this (?:test )?|the test )?(?:doesn't|does not) (?:really|actually) (?:test|check|verify|assert|cover)\\b`, `\\bthis test (?:does not|doesn't) (?:verify|check|assert|test|cover)\\b`, `${start}(?:a )?weak (?:assertion|test)(?=[,.!:;]|$)`, `${start}(?:not|never) (?:verified|exercised|covered)(?: by (?:any )?(?:unit )?tests?)?${end}`, '\\bnot covered by (?:any|our|the|unit) (?:\\w+ )?tests?\\b',
  `${own}fails? (?:on (?:ci|travis|jenkins|appveyor)|when run (?:alone|in parallel|together|in isolation)|for (?:some )?unknown|for no)\\b`, '\\bonly (?:passes|works) (?:because|by (?:accident|luck|chance|coincidence))', '\\b(?:passes|works) (?:\\w+ )?by (?:accident|luck|chance|coincidence)\\b', '\\bworks on my machine\\b', '\\b(?:times out|timing out|fails|crashes|hangs) (?:every )?now and then\\b',
  '\\bmore (?:cases|tests|checks|assertions|coverage) (?:are |is )?(?:needed|required|to come|should be added|will be added)\\b', `\\b(?:we |i )?(?:can't|cannot|don't know how to) (?:easily |really |reliably )?test (?:this|it|that)\\b`, `${start}mocks? too much\\b`, '\\bthis mock is too\\b',
  `${start}(?:please )?re-?enable (?:this |it |these |me |the tests? |tests? )?(?:once|when|after|as soon)\\b`, `\\bshould (?:fail|pass|work|throw|raise|be \\w+),? but (?:it |this |they )?(?:currently |still )?(?:doesn't|does not|don't|do not|isn't|is not|aren't)\\b`,
  `${start}(?:verify|check|make sure|confirm|find out) (?:that |if |whether )?(?:this|it) (?:still |really |actually )?is (?:still |really |actually )(?:needed|used|necessary|required)\\b`, `\\bcoverage (?:here )?is (?:poor|low|bad|thin)\\b`,
]

const poorDocuments = [
  `\\b(?:this |the )?(?:comment|readme|documentation|docs|javadoc|docstring|doc) (?:above |below |here )?(?:is|are) (?:now |badly |very |completely |hopelessly )?(?:wrong|outdated|out[- ]of[- ]date|stale|misleading|a lie|obsolete)\\b`, `\\b(?:the )?(?:name|naming) is (?:now |very |really |quite |a bit |rather )?(?:misleading|poor|wrong|confusing|bad|terrible|unfortunate|awful)\\b`,
  '\\b(?:nobody|no[- ]one) (?:really )?(?:knows|remembers|understands)\\b', `${start}needs? (?:an? |some |more |better )+(?:examples?|tests?|comments?|names?|explanation|description)${end}`, `${start}where (?:does|do|did) (?:this|these|that) (?:\\w+ ){0,3}come from\\?`, `${start}(?:insert|fill in|add)(?: an?| the| some)? (?:[\\w-]+ )?(?:descriptions?|details|documentation|docs)(?: of [^.;:]{1,40})? (?:here|later)${end}`,
  `\\b(?:description|docs|documentation|tests?|details|implementation) to follow(?=[.!]|$)`, '\\bto be (?:clarified|confirmed)(?=[.!]|$| with| by)', `\\blist (?:of \\w+ )?(?:below |above |here )?is (?:not |in)complete\\b(?! until| if| when)`, '\\bmeaning of [\\w ]{1,30} is (?:unknown|unclear)\\b', `${start}(?:rough |first |early )draft(?=[,.:;!]|$)`, '\\bmust be reviewed by\\b',
  `${start}(?:please )?(?:document|explain) (?:what|this|these)\\b[^.;:]{0,60}${end}|please (?:document|explain) \\w+`, `${start}(?:not (?:yet )?documented(?: yet)?|undocumented(?=,))`, `\\bexamples? (?:above |below |here )?no longer (?:compiles?|works?|runs?)\\b`,
]

const plans = [
  `${start}(?:will|to) be (?:replaced|re-?written|removed|superseded|dropped|merged|moved) (?:by|with|in favou?r of|in|into) (?:the |a |an |our )?(?:new|next|real|proper|better|future|upcoming|shared|final|dedicated)\\b`, '\\b(?:must|has to|have to) (?:\\w+ )?be (?:re-?written|refactored|redesigned|reworked|rethought|cleaned up)\\b(?! (?:by|if|when|before|to|as|into|in)\\b)',
  `${start}to be (?:removed|deleted|dropped|replaced) (?:after|once|when|in|with) (?:the )?(?:migration|release|next|v?\\d|new|old|we|all)\\b`, `${sentence}(?:this|that) (?:has to|must|needs to) (?:change|go|improve|move)(?= when| once| if|[.!]|$)`,
  `\\bwill be (?:implemented|extended|added|supported|completed|fixed|improved|documented) (?:(?:to|for|with) [^.;]{1,30} )?(?:later(?=[.!]*$)|in (?:the|a|one of the) (?:next|future|later|coming) (?:version|release|iteration|sprint|step|milestone))`, `${start}pending ?: (?:decide|fix|add|implement|remove|review|test|check)\\b`,
  `\\bthis (?:\\w+ ){0,3}(?:is|are) (?:an? )?(?:near |exact |almost )*(?:duplicates?|clone) of\\b`, `\\bthis duplicates (?:the |most |some |much |parts? )*(?:of )?(?:the )?(?:logic|code|check|work|implementation|functionality)\\b`,
  `\\b(?:class|method|function|module|file|component|this) (?:does|knows|is doing|has) (?:far |way |much )too (?:much|many)\\b`, `\\bbelongs (?:in|to) [\\w ]{1,30}, not (?:here|in)\\b`, '\\bwould (?:probably )?make more sense (?:as|in|here)\\b', `${own}violates the [\\w ]{1,30} principle\\b`, '\\b(?:public only|only public) (?:because|for|so)\\b', `${start}would (?:prefer|rather|love)\\b`, `${start}inconsistent with (?:the (?:other|rest)|how|other)\\b`,
  `\\buse (?:an? |the )(?:real|proper|better) [\\w ]{1,30} (?:here )?instead${end}`,
]

const all = [...defects, ...limits, ...fakes, ...weakTests, ...poorDocuments, ...plans]

/** Those that open a comment, without the anchor: tried once, not at each character. */
export const openings: readonly string[] = all.filter((phrase) => phrase.startsWith(start)).map((phrase) => phrase.slice(start.length))
export const statements: readonly string[] = all.filter((phrase) => !phrase.startsWith(start))
