-- ok: dynamic-sql
EXEC sp_executesql N'SELECT id FROM users WHERE name = @name', N'@name text', @name;
-- ok: dynamic-sql
EXECUTE 'SELECT id FROM users WHERE name = $1' USING name;
