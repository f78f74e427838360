-- ruleid: grant-of-everything
GRANT ALL PRIVILEGES ON shop.* TO app;
-- ruleid: grant-of-everything
GRANT ALL ON orders TO app;
