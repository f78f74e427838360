import { expect, test } from 'vitest'
import { namesModelOnce, withModel } from './model-name.ts'

const bodies: [string, string, string][] = [
  ['a plain body', '{"model":"a","messages":[]}', '{"model":"x\\"y","messages":[]}'],
  ['spaces and numbers as they were written', '{ "n" : 1e3 , "model"\n:\t"a" }', '{ "n" : 1e3 , "model"\n:\t"x\\"y" }'],
  ['a model inside something else', '{"tools":[{"model":"a"}],"metadata":{"model":"a"},"model":"a"}', '{"tools":[{"model":"a"}],"metadata":{"model":"a"},"model":"x\\"y"}'],
  ['a value that reads "model"', '{"user":"model","model":"a"}', '{"user":"model","model":"x\\"y"}'],
  ['text that talks about it', '{"input":"{\\"model\\":\\"a\\"} \\\\","model":"a"}', '{"input":"{\\"model\\":\\"a\\"} \\\\","model":"x\\"y"}'],
  ['an escaped key', '{"mod\\u0065l":"a"}', '{"mod\\u0065l":"x\\"y"}'],
  ['a key given twice', '{"model":"b","model":"a"}', '{"model":"x\\"y","model":"x\\"y"}'],
  ['a key given twice, once escaped', '{"\\u006Dodel":"b","model":"a"}', '{"\\u006Dodel":"x\\"y","model":"x\\"y"}'],
  ['a value with quotes and wide letters', '{"model":"ü\\"\\\\","a":"é"}', '{"model":"x\\"y","a":"é"}'],
]

test.each(bodies)('changes nothing but the model of %s', (_, body, expected) => {
  expect(withModel(Buffer.from(body), 'x"y').toString()).toBe(expected)
})

test.each(bodies)('knows of %s whether it names one model', (name, body) => {
  expect(namesModelOnce(Buffer.from(body))).toBe(!name.includes('twice'))
})
