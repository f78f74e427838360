import type { FlowSpec, SeenCall } from '../../../flow/flow-rule.ts'
import { isSent, isTrue, lastName, methods, paths, sent, under } from '../../python-calls.ts'

const safeLoaders = /^C?(?:Safe|Base)Loader$/
const usesUnsafeLoader = ({ args, keywords }: SeenCall): boolean => {
  const loader = args[1] ?? keywords.Loader
  return loader !== undefined && loader.path !== undefined && !safeLoaders.test(lastName(loader))
}

export const python: FlowSpec = {
  sinks: [
    { call: under('pickle cPickle _pickle dill cloudpickle marshal', 'loads load Unpickler'), args: [0], when: sent() },
    { call: paths('pickle.Unpickler().load dill.Unpickler().load cPickle.Unpickler().load'), args: ['receiver'], when: ({ receiver }) => isSent(receiver) },
    { call: paths('jsonpickle.decode jsonpickle.loads jsonpickle.unpickler.decode shelve.open joblib.load torch.load pandas.read_pickle numpy.load django.core.signing.loads'), args: [0], when: (call) => isSent(call.args[0]) && (call.path !== 'numpy.load' || call.keywords.allow_pickle?.constants?.[0] === true) && call.path !== 'django.core.signing.loads' && !isTrue(call.keywords.weights_only) },
    { call: paths('yaml.load yaml.load_all'), args: [0, 'stream'], when: (call) => isSent(call.args[0] ?? call.keywords.stream) && usesUnsafeLoader(call) },
    { call: paths('yaml.unsafe_load yaml.unsafe_load_all yaml.full_load yaml.full_load_all yaml.unsafe.load'), args: [0, 'stream'], when: (call) => isSent(call.args[0] ?? call.keywords.stream) },
    { call: paths('yaml.load yaml.load_all'), args: [0, 'stream'], when: ({ args, keywords }) => isSent(args[0] ?? keywords.stream) && args[1] === undefined && keywords.Loader === undefined },
    { call: paths('ruamel.yaml.load ruamel.yaml.load_all'), args: [0], when: (call) => isSent(call.args[0]) && !safeLoaders.test(lastName(call.args[1] ?? call.keywords.Loader)) },
  ],
  sanitizers: methods('unsign verify loads_verified'),
}
