-- ruleid: change-without-condition
DELETE FROM orders;
-- ruleid: change-without-condition
UPDATE users SET active = 0;
