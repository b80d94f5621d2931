# SQL that is refused. One statement a line, behind what the error must say and " => "; lines that
# begin with # are remarks. \n in a statement stands for a line feed.
#
# Tables: people, payments, paye-employments.

# --- not one SELECT
holds 0 statements => 
holds 0 statements => ;
holds 0 statements => -- nothing
holds 2 statements => SELECT 1; SELECT 2
holds 3 statements => SELECT 1;SELECT 2;;SELECT 3
no SELECT => SELECT 1; DROP TABLE people
no SELECT => COPY (SELECT 1) TO 'new.csv'
no SELECT => COPY people FROM '/etc/hostname'
no SELECT => EXPORT DATABASE 'new'
cannot be read => IMPORT DATABASE
no SELECT => ATTACH 'new.db' AS n
no SELECT => DETACH memory
no SELECT => INSTALL httpfs
no SELECT => LOAD httpfs
no SELECT => SET memory_limit='100GB'
no SELECT => RESET lock_configuration
no SELECT => SET VARIABLE x = 1
no SELECT => PRAGMA version
no SELECT => CALL enable_logging(storage='file')
no SELECT => CHECKPOINT
no SELECT => CREATE TABLE x AS SELECT 1
no SELECT => CREATE MACRO f() AS 1
no SELECT => CREATE VIEW v AS SELECT 1
no SELECT => CREATE TYPE x AS ENUM ('a')
no SELECT => CREATE SECRET s (TYPE s3)
no SELECT => INSERT INTO people VALUES (1)
no SELECT => UPDATE people SET id = 1
no SELECT => DELETE FROM people
no SELECT => DROP TABLE people
no SELECT => ALTER TABLE people ADD COLUMN x INTEGER
no SELECT => EXPLAIN SELECT 1
no SELECT => EXPLAIN ANALYZE SELECT 1
no SELECT => PREPARE p AS SELECT 1
no SELECT => EXECUTE p
no SELECT => BEGIN
no SELECT => USE memory
no SELECT => VACUUM
no SELECT => PIVOT people ON area USING count(*)
no SELECT => MERGE INTO people USING payments ON TRUE WHEN MATCHED THEN DELETE
cannot be read => SELEC 1
cannot be read => SELECT
cannot be read => SELECT FROM people
cannot be read => SELECT id FROM people WHERE
cannot be read => SELECT 'open
cannot be read => SELECT (1
cannot be read => SELECT id INTO x FROM people
cannot be read => SELECT id FROM people FOR UPDATE
cannot be read => WITH q AS (INSERT INTO people VALUES (1)) SELECT 1
cannot be read => SELECT [Employee Name] AS FROM people
cannot be read => SELECT ?, $name
cannot be read => SELECT :name

# --- tables
no table "somewhere" => SELECT * FROM somewhere
no table "s.csv" => SELECT * FROM 's.csv'
no table "s.csv" => FROM "s.csv"
no table "/etc/passwd" => SELECT * FROM '/etc/passwd'
no table "https:// => SELECT * FROM 'https://example.org/a.csv'
no table "s3:// => SELECT * FROM 's3://bucket/a.parquet'
no table "duckdb_tables" => SELECT * FROM duckdb_tables
no table "duckdb_logs" => SELECT * FROM duckdb_logs
no table "sqlite_master" => SELECT * FROM sqlite_master
no table "pg_class" => SELECT * FROM pg_class
no table "people2" => SELECT * FROM people, people2
no table "people2" => SELECT (SELECT count(*) FROM people2)
no table "people2" => SELECT id FROM people WHERE id IN (SELECT id FROM people2)
no table "people2" => SELECT 1 UNION SELECT id FROM people2
no table "people2" => WITH q AS (SELECT * FROM people2) SELECT 1
no table "people2" => SELECT id FROM people ORDER BY (SELECT 1 FROM people2)
no table "people2" => SELECT sum(id) FILTER (WHERE id IN (SELECT 1 FROM people2)) FROM people
no table "people2" => SELECT row_number() OVER (ORDER BY (SELECT 1 FROM people2)) FROM people
no table "people2" => VALUES ((SELECT 1 FROM people2))
no table "people2" => SELECT DISTINCT ON ((SELECT 1 FROM people2)) id FROM people
no table "people2" => SELECT id FROM people GROUP BY (SELECT 1 FROM people2)
no table "people2" => SELECT CASE WHEN EXISTS (FROM people2) THEN 1 END
no table "people2" => SELECT * REPLACE ((SELECT 1 FROM people2) AS id) FROM people
no table "people2" => SELECT id FROM people JOIN payments ON (SELECT TRUE FROM people2)
A schema before a table => SELECT * FROM main.people
A schema before a table => SELECT * FROM information_schema.tables
A schema before a table => SELECT * FROM pg_catalog.pg_class
before a table => SELECT * FROM memory.main.people
before its table => SELECT main.people.id FROM people
before its table => SELECT memory.main.people.id FROM people
TABLESAMPLE => SELECT * FROM people TABLESAMPLE 10%
SAMPLE => SELECT * FROM people USING SAMPLE 3
AT is not => SELECT * FROM people AT (VERSION => 1)
DESCRIBE => DESCRIBE people
DESCRIBE => SUMMARIZE people
DESCRIBE => SHOW TABLES
DESCRIBE => SELECT * FROM (DESCRIBE people)
DESCRIBE => SELECT * FROM (SHOW people)
PIVOT => SELECT * FROM people PIVOT (count(*) FOR area IN ('E07000001'))
PIVOT => UNPIVOT people ON id INTO NAME n VALUE v
PIVOT => SELECT * FROM payments UNPIVOT (v FOR n IN (amount))
NATURAL JOIN => SELECT * FROM people NATURAL JOIN payments
POSITIONAL JOIN => SELECT * FROM people POSITIONAL JOIN payments
table function read_csv => SELECT * FROM read_csv('/etc/passwd')
table function read_text => SELECT content FROM read_text('/etc/hostname')
table function read_blob => SELECT * FROM read_blob('x')
table function read_parquet => SELECT * FROM read_parquet('x')
table function read_json => SELECT * FROM read_json('/etc/passwd')
table function glob => SELECT * FROM glob('/etc/*')
table function parquet_metadata => SELECT * FROM parquet_metadata('x.parquet')
table function sniff_csv => SELECT * FROM sniff_csv('x')
table function query => SELECT * FROM query('SELECT 1')
table function query_table => SELECT * FROM query_table('people')
table function json_execute_serialized_sql => SELECT * FROM json_execute_serialized_sql('{}')
table function duckdb_settings => SELECT * FROM duckdb_settings()
table function duckdb_secrets => SELECT * FROM duckdb_secrets()
table function pragma_version => SELECT * FROM pragma_version()
table function summary => SELECT * FROM summary(people)
table function seq_scan => SELECT * FROM seq_scan('people')
table function test_all_types => SELECT * FROM test_all_types()
table function repeat_row => SELECT * FROM repeat_row(1, num_rows=1)
table function unnest => SELECT * FROM unnest([1, 2])
table function range => SELECT * FROM range(10)
table function generate_series => SELECT * FROM people, generate_series(1, 10)
table function range => SELECT (SELECT count(*) FROM range(10))
table function range => WITH q AS (FROM range(10)) SELECT * FROM q

# --- WITH
may never end => WITH RECURSIVE q(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM q) SELECT * FROM q
may never end => WITH RECURSIVE q(x) AS (SELECT 1 UNION SELECT x FROM q) SELECT * FROM q
may never end => WITH RECURSIVE q(x) USING KEY (x) AS (SELECT 1 UNION ALL SELECT x FROM q) FROM q
name of a table => WITH people AS (SELECT 1) SELECT * FROM people
name of a table => WITH People AS (SELECT 1) SELECT 1
name of a table => WITH people AS (SELECT * FROM people) SELECT * FROM people
of another WITH => WITH q AS (SELECT 1) SELECT * FROM (WITH Q AS (SELECT 2) FROM Q), q
cannot be read => WITH q AS (SELECT 1), q AS (SELECT 2) FROM q
no table "q" => WITH q AS (SELECT * FROM q) SELECT * FROM q
no table "z" => SELECT * FROM (WITH z AS (SELECT 1) FROM z), z
no table "z" => WITH q AS (FROM z), z AS (SELECT 1) FROM q
no table "s.csv" => SELECT * FROM (WITH "s.csv" AS (SELECT 1) FROM "s.csv"), "s.csv"

# --- select lists
COLUMNS => SELECT COLUMNS('a.*') FROM people
COLUMNS => SELECT COLUMNS(*) FROM people
COLUMNS => SELECT COLUMNS(c -> c LIKE 'a%') FROM people
inside an expression => SELECT min(COLUMNS(*)) FROM people
COLUMNS => SELECT coalesce(*COLUMNS(*)) FROM people
inside an expression => SELECT * LIKE 'a%' FROM people
inside an expression => SELECT count(DISTINCT *) FROM people
RENAME => SELECT * RENAME (id AS x) FROM people
EXCLUDE with a table => SELECT * EXCLUDE (people.id) FROM people
not accepted => SELECT #1 FROM people
not accepted => SELECT DEFAULT
per cent => SELECT id FROM people LIMIT 10%
a number or a parameter => SELECT id FROM people LIMIT (SELECT 1)
a number or a parameter => SELECT id FROM people LIMIT 1 + 1
a number or a parameter => SELECT id FROM people OFFSET id

inside an expression => SELECT list(id ORDER BY COLUMNS(*)) FROM people
cannot be read => SELECT rank() OVER (ORDER BY rank() OVER ()) FROM people
cannot be read => SELECT id, sum(id) OVER (ORDER BY (SELECT max(n) FROM (SELECT row_number() OVER () AS n FROM payments))) FROM people ORDER BY id

# --- what depends on time, chance or who asks
current_date depends => SELECT current_date
current_date depends => SELECT "CURRENT_DATE" FROM people
current_timestamp depends => SELECT current_timestamp
localtime depends => SELECT localtime
user depends => SELECT user
current_user depends => SELECT id FROM people WHERE surname = current_user
current_schema depends => SELECT current_schema
function now => SELECT now()
function today => SELECT today()
function get_current_timestamp => SELECT get_current_timestamp()
function transaction_timestamp => SELECT transaction_timestamp()
function ago => SELECT ago(INTERVAL 1 DAY)
function age counts => SELECT age(born) FROM people
function random => SELECT random()
function random => SELECT id FROM people ORDER BY random()
function setseed => SELECT setseed(0.5)
function uuid => SELECT uuid()
function gen_random_uuid => SELECT gen_random_uuid()
function reservoir_quantile => SELECT reservoir_quantile(amount, 0.5) FROM payments

# --- settings, catalogue, machine
function getenv => SELECT getenv('MY_SECRET')
function current_setting => SELECT current_setting('threads')
function getvariable => SELECT getvariable('x')
function current_query => SELECT current_query()
function nextval => SELECT nextval('s')
function pg_sleep => SELECT pg_sleep(1)
function sleep_ms => SELECT sleep_ms(10)
function write_log => SELECT write_log('x')
function error => SELECT error('x')
function version => SELECT version()
function txid_current => SELECT txid_current()
function has_table_privilege => SELECT has_table_privilege('people', 'select')
function which_secret => SELECT which_secret('s3://x', 's3')
function json_execute_serialized_sql => SELECT json_execute_serialized_sql('{}')
function json_serialize_sql => SELECT json_serialize_sql('SELECT 1')
function nothing_like_it => SELECT nothing_like_it(1)
function read_text => SELECT read_text('x')
schema before a function => SELECT pg_catalog.abs(1)
schema before a function => SELECT surname.upper() FROM people
catalogue before a function => SELECT memory.main.abs(1)
operator pg_catalog => SELECT 1 OPERATOR(pg_catalog.+) 2

# --- much of little
function repeat => SELECT repeat('x', 1000000000)
function range => SELECT range(1000000000)
function generate_series => SELECT unnest(generate_series(1, 10))
function format => SELECT format('{:1000000}', 1)
function printf => SELECT printf('%1000000d', 1)
function bar => SELECT bar(1, 0, 10, 1000000)
function list_resize => SELECT list_resize([1], 1000000000)
function to_base => SELECT to_base(1, 2, 1000000)
length of lpad => SELECT lpad('x', 2000000000, 'y')
length of lpad => SELECT lpad('x', 1001, 'y')
length of lpad => SELECT lpad('x', id, 'y') FROM people
length of rpad => SELECT rpad('x', $n, 'y')
length of rpad => SELECT rpad('x', -1, 'y')
length of lpad => SELECT lpad('x')

# --- types and constructs that do not occur
lambda => SELECT list_contains(x -> x + 1, 1)
lambdas are not accepted => SELECT [x + 1 FOR x IN [1, 2]][1]
lambda => SELECT 'a' -> 'b'
function list_transform => SELECT list_transform([1], lambda x: x + 1)
function list_aggregate => SELECT list_aggregate([1], 'sum')
operator ->> => SELECT surname ->> '$.x' FROM people
operator && => SELECT [1] && [2]
operator @> => SELECT [1] @> [2]
operator <-> => SELECT [1.0] <-> [2.0]
operator !__postfix => SELECT 5!
COLLATE => SELECT id FROM people ORDER BY surname COLLATE nocase
type "json" => SELECT surname::json FROM people
type "ENUM" => SELECT 'a'::ENUM('a', 'b')
type "foo" => SELECT id::foo FROM people
type "foo" => SELECT id::other.foo FROM people
type "BLOB" => SELECT surname::BLOB FROM people
type "BIT" => SELECT '101'::BIT
type "UUID" => SELECT surname::UUID FROM people
type "STRUCT" => SELECT surname::STRUCT(x INTEGER) FROM people
type "MAP" => SELECT surname::MAP(INTEGER, INTEGER) FROM people
type "ARRAY" => SELECT [1]::INTEGER[1]
type "TIME" => SELECT '12:00'::TIME(3)
function struct_pack => SELECT {'a': 1}
function struct_pack => SELECT struct_pack(a := 1)
function map => SELECT MAP {'a': 1}
part of a struct => SELECT (people).id FROM people
name for an argument => SELECT round(x := 1.5)
name for an argument => SELECT unnest([1], recursive := TRUE)
not accepted => SELECT ARRAY(SELECT id FROM people)
constant of type => SELECT [1, 2][:1]
larger than any => SELECT 1e400
EXPORT_STATE => SELECT sum(amount) EXPORT_STATE FROM payments
is no aggregate => SELECT upper(DISTINCT surname) FROM people
is no aggregate => SELECT upper(surname) FILTER (WHERE TRUE) FROM people
is no aggregate => SELECT upper(surname ORDER BY id) FROM people
without OVER => SELECT row_number() FROM people
over a window => SELECT upper(surname) OVER () FROM people
over a window => SELECT now() OVER ()
function histogram => SELECT histogram(area) FROM people
function json_extract => SELECT json_extract(surname, '$.x') FROM people
function hash => SELECT hash(surname) FROM people

# --- parameters
left out => SELECT $2
left out => SELECT $1, $3
more than 100 => SELECT $1000
not plain => SELECT $"odd name"
