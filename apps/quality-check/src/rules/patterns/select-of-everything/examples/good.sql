-- ok: select-of-everything
SELECT id, total FROM orders WHERE id = 1;
-- ok: select-of-everything
SELECT count(*) FROM orders;
