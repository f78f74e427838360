-- ok: plain-text-password
INSERT INTO users (name, password) VALUES ($1, $2);
-- ok: plain-text-password
UPDATE users SET password = crypt('a', gen_salt('bf')) WHERE id = 1;
-- ok: plain-text-password
INSERT INTO users (name, password) VALUES ('anna', '$2b$12$abc');
