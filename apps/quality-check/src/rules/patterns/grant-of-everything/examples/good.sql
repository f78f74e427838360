-- ok: grant-of-everything
GRANT SELECT, INSERT ON orders TO app;
