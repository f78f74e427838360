/** The beginning of an SQL statement. */
export const statement = /^[\s(]*(?:select|insert|update|delete|replace|merge|with|create|drop|alter|truncate|exec(?:ute)?|call|begin|declare|pragma|show|explain|use|grant|set)\b/i
