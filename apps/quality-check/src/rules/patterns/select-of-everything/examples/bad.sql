-- ruleid: select-of-everything
SELECT * FROM orders WHERE id = 1;
