-- ruleid: plain-text-password
INSERT INTO users (name, password) VALUES ('anna', 'winterland');
-- ruleid: plain-text-password
UPDATE users SET password = 'winterland' WHERE id = 1;
