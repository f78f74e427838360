-- ok: change-without-condition
DELETE FROM orders WHERE id = 1;
-- ok: change-without-condition
UPDATE users SET active = 0 WHERE id = 1;
