// Questions that authors left in comments. Questions about a state, which the condition below answers ("is there room?", "do we have a session?"), are left out.

import { clause, sentence } from './phrases.ts'

const opens = `${clause}(?:but |and |so |or |then |also |hmm+,? )?`
/** The question mark of a sentence, not that of a generic type, a pattern or a URL. */
export const questionMark = ' ?(?<![<,:_*+&(/=] ?)\\?(?![\\w>,&+*]| because\\b| [^?]{1,80} : )'

const deed = 'call|clone|copy|dispose|free|notify|flush|update|wrap|escape|validate|expose|skip|order|make|support|use|add|remove|delete|drop|kill|move|throw|log|check|ignore|return|allow|put|handle|try|merge|cache|keep|change|replace|convert|zero|raise|report|print|rename|inline|share|reuse|split|sort|limit|restrict|warn|deprecate|store|clear|reset|close|refactor|combine|do something|default to|fall back'
const state = 'needed|used|necessary|required|useful|obsolete|correct|right|safe|ok|useless|redundant'

/** Each question up to its question mark. */
export const questions: readonly string[] = [
  `${sentence}(?:but |and |so )?why\\b[^.!?]{0,140}(?! ?\\? (?:because|this|so|since|to|it|well|the)\\b)`,
  'should(?:n\'t)? (?!the [^.?!]{1,60} be )(?:we|i|this|it|there|that|these|they|not|the|an?|be|also|really|probably|have|check|throw|return|use|all|any|\\w+ (?:just |really |also |actually |even |still |not )?(?:work|throw|return|fail|handle|allow|extend|implement|support|have|use|do|go|include|ignore|check|take)) ?[^.?!]{0,140}',
  `${opens}(?:maybe|perhaps) (?!(?:it's|its|it is|the|this is|that is|from|they|there's|there (?:is|are)|we have)\\b)(?:[^.!?]{0,60} )?(?:should|could|would|use|add|move|make|do|be|need|want|try|remove|throw|return|set|log|have)\\b[^.!?]{0,100}`,
  `${opens}(?:what about|what if we|what should|what to do|what does this|what is this|what's this|how should|how do we|how can we|how can i|how to|could we|shall we|where should|who (?:should|uses|calls))\\b[^.!?]{0,120}`,
  'what(?:\'s| is| are| was) the (?:purpose|point|reason|use|right|best|correct|proper|deal)\\b[^.!?]{0,100}', 'what happens (?:if|when) [^.?!]{1,80}',
  'do (?:we|i) (?:even |still |really )*need (?:this|that|these|it|to)\\b[^.]{0,60}', 'do (?:we|i) (?:really |still |even |actually )(?:need|want|have to|care)\\b[^.]{0,80}',
  '(?:can\'t|cannot|shouldn\'t|won\'t) (?:happen|be null|occur|fail)', 'does (?:it|this) (?:really )?matter\\b[^.!?]{0,100}', 'can (?:this|that|it) (?:ever |really |even |actually |still )?(?:happen|occur|fail|throw|break|go wrong|be (?:right|removed|improved|optimi[sz]ed|simplified|avoided|done|made|moved|deleted|shared|refactored))\\b[^.!?]{0,60}',
  'are (?:we|you|they) sure\\b[^.!?]{0,100}', 'can (?:we|i|one) (?:\\w+ ){0,2}(?:avoid|do (?:better|this)|optimi[sz]e|get rid|simplify|assume|improve|remove this|expect|be (?:smarter|sure))\\b[^.!?]{0,100}',
  `(?:${state}|remove|delete|drop|kill)(?: this| it)?`, 'is [^.!?]{1,40} (?:needed|necessary|required)(?: here)?', 'supposed to (?:be|do|mean|release|return|work|have)\\b[^.!?]{0,60}',
  'any(?:thing|where)? (?:useful|better|more) (?:we|i|that|to) [^.!?]{1,60}', `^\\W*(?:${deed}) (?!\\d)(?:[^.!?]|\\.(?! )){1,80}`, '(?:better|cleaner|nicer|simpler)(?: [^.!?]{1,40})?',
  '(?:is|are) (?:this|it|these) (?:really |actually )?(?:ok|okay|safe|enough|a good idea|appropriate)\\b[^.!?]{0,60}', '^\\W*(?!first|second|third|next|last|then|note|step|case|example|check|test|here)[a-z]{3,8} ?: (?:is|are|do|does|can|what|how|which|who|should|would)\\b[^.!?]{0,120}', 'how many [^.!?]{1,30}do we want[^.!?]{0,60}',
]
