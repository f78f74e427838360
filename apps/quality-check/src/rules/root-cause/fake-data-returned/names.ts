const fake = /^(mock|dummy|fake|stub|sample|placeholder)_?(Data|Result|Response|User|Item|Order|Product|List|Record|Value|Payload|Post|Account|Customer)s?$|^(MOCK|DUMMY|FAKE|STUB)_[A-Z_]+$/i
const doubles = /mock|fake|dummy|stub|sample|fixture|demo|seed|placeholder|storybook|test/i

/** Whether the name of a variable says that its value is made up. */
export const isFake = (name: string): boolean => fake.test(name)

/** Whether the name of a function says that it creates made-up data. */
export const isDouble = (name: string): boolean => doubles.test(name)
