DROP INDEX alert_open;
ALTER TABLE alert DROP COLUMN open;
ALTER TABLE alert ADD COLUMN account TEXT;
ALTER TABLE alert ADD COLUMN place TEXT;
CREATE INDEX alert_open ON alert (account, place) WHERE place IS NOT NULL;
CREATE TABLE record (
  kind TEXT NOT NULL, id TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
