const fake = /^(mock|dummy|fake|stub|sample|placeholder)_?(Data|Result|Response|User|Item|Order|Product|List|Record|Value|Payload|Post|Account|Customer)s?$|^(MOCK|DUMMY|FAKE|STUB)_[A-Z_]+$/i
const doubles = /mock|fake|dummy|stub|sample|fixture|demo|seed|placeholder|storybook|test/i

/** Whether a variable is called something made up. */
export const isFake = (name: string): boolean => fake.test(name)

/** Whether a function says by its name that it is there to make things up. */
export const isDouble = (name: string): boolean => doubles.test(name)
