-- ruleid: dynamic-sql
EXEC('SELECT * FROM users WHERE name = ' + @name);
-- ruleid: dynamic-sql
EXECUTE IMMEDIATE 'DROP TABLE ' || name;
