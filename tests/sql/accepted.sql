# SQL that a recipient may send. One statement a line; lines that begin with # are remarks.
#
# For each, exchange_test asks DuckDB for the tree of the statement and of what we write anew, which
# must be the same, and runs both on small tables, which must give the same columns and rows
# (statements with parameters are not run). Tables: people, payments, paye-employments.

# --- select lists and names
SELECT 1
SELECT 1;
;SELECT 1
SELECT * FROM people
SELECT people.* FROM people
SELECT p.* FROM people AS p
FROM people
FROM people SELECT surname
TABLE people
SELECT id, surname FROM people
SELECT ID, "SurName" FROM People
SELECT id AS "the ""id""", surname AS "ORDER" FROM people
SELECT p.id FROM people p
SELECT x.a, x.b FROM people AS x(a, b)
SELECT id, FROM people
SELECT total: sum(amount) FROM payments
SELECT DISTINCT area FROM people
SELECT DISTINCT ON (area) area, surname FROM people ORDER BY area, surname
SELECT * EXCLUDE (born, area) FROM people
SELECT * REPLACE (upper(surname) AS surname) FROM people
SELECT p.* EXCLUDE (born) REPLACE (lower(area) AS area) FROM people AS p
SELECT nino, employer FROM "paye-employments"
SELECT e.pay FROM "PAYE-Employments" e
SELECT /* a remark */ id FROM people -- another
SELECT 'it''s', 'a\nb', '', 'ä€😀', 'a -- b', '/* c */'
SELECT $$dollar 'quoted'$$
SELECT e'line\nfeed'
SELECT 'semi;colon'
SELECT people FROM people

# --- numbers
SELECT 0, 1, 2147483647, 2147483648, 9223372036854775807
SELECT -1, -2147483648, -9223372036854775808, - 5, -(-1)
SELECT 9223372036854775808, 170141183460469231731687303715884105727
SELECT -170141183460469231731687303715884105727
SELECT 1.5, 0.001, .5, 1., 00.50, -0.25, 1_000
SELECT 12345678901234567890.12345, -99999999999999999999.99
SELECT 1e3, 1.5e-7, 1e44, -2e0, 123456789.123e5, 1e308, 5e-324, -0e0
SELECT 99999999999999999999999999999999999999999999
SELECT (-1) ** 2, -1 ** 2, - id ** 2 FROM people
SELECT 1 - -1, 1 - (-1), 1 - - id FROM people
SELECT -id, +id, ~id, @id FROM people
SELECT TRUE, FALSE, NULL, true AND NOT false
SELECT 1 + 2 * 3, (1 + 2) * 3, 7 // 2, 7 % 2, 7 / 2, 2 ^ 3, 1 << 3, 8 >> 1, 6 & 3, 6 | 3

# --- types
SELECT CAST(id AS VARCHAR), id::DOUBLE, id::DECIMAL(10,2), id::DECIMAL AS d FROM people
SELECT id::TINYINT, id::SMALLINT, id::INTEGER, id::BIGINT, id::HUGEINT, id::FLOAT FROM people
SELECT id::UTINYINT, id::USMALLINT, id::UINTEGER, id::UBIGINT FROM people
SELECT TRY_CAST(surname AS INTEGER), TRY_CAST(surname AS DATE) FROM people
SELECT DATE '2026-04-06', TIMESTAMP '2026-04-06 12:00:00', TIME '12:34:56'
SELECT TIMESTAMPTZ '2026-04-06 12:00:00+01' = TIMESTAMPTZ '2026-04-06 11:00:00+00'
SELECT INTERVAL 1 DAY, INTERVAL '3' MONTH, INTERVAL (id) YEAR, INTERVAL '2 hours' FROM people
SELECT born + INTERVAL 18 YEAR, born - DATE '2000-01-01' FROM people
SELECT '2026-04-06'::TIMESTAMP_S, '2026-04-06'::TIMESTAMP_MS, '2026-04-06'::TIMESTAMP_NS
SELECT '12'::VARCHAR(10), '12'::TEXT, '1'::BOOL, 1::INT8
SELECT ['1', '2']::INTEGER[], [[1], [2]]::DECIMAL(5,1)[][]
SELECT typeof(1.5), typeof(NULL), typeof(born) FROM people

# --- comparisons and logic
SELECT id FROM people WHERE id = 1 OR id <> 2 AND id != 3
SELECT id FROM people WHERE (id = 1 OR id = 2) AND id < 3
SELECT id FROM people WHERE id >= 1 AND id <= 3 AND NOT id > 2
SELECT id FROM people WHERE id == 1
SELECT id FROM people WHERE id BETWEEN 1 AND 2
SELECT id FROM people WHERE id NOT BETWEEN 1 + 0 AND 2 * 1
SELECT id FROM people WHERE id IN (1, 2, 3)
SELECT id FROM people WHERE id NOT IN (1, 2)
SELECT id FROM people WHERE id IN (1)
SELECT id FROM people WHERE (id, area) IN ((1, 'E07000001'), (2, 'E07000002'))
SELECT id FROM people WHERE (id, area) = (1, 'E07000001')
SELECT id FROM people WHERE born IS NULL
SELECT id FROM people WHERE born IS NOT NULL
SELECT id FROM people WHERE NOT (born IS NULL)
SELECT late IS TRUE, late IS NOT TRUE, late IS FALSE, late IS NOT FALSE, late IS UNKNOWN FROM payments
SELECT (amount > 5) IS TRUE FROM payments
SELECT amount IS DISTINCT FROM NULL, amount IS NOT DISTINCT FROM 5 FROM payments
SELECT id FROM people WHERE surname LIKE 'A%' OR surname NOT LIKE '%z'
SELECT id FROM people WHERE surname ILIKE 'a%' OR surname NOT ILIKE '%Z'
SELECT id FROM people WHERE surname LIKE '100!%' ESCAPE '!' OR surname NOT LIKE 'x' ESCAPE '!'
SELECT id FROM people WHERE surname GLOB 'A*'
SELECT id FROM people WHERE surname SIMILAR TO '[A-Z].*' OR surname ~ 'x'
SELECT id FROM people WHERE surname ^@ 'A'
SELECT id FROM people WHERE regexp_matches(surname, '^[AB]')
SELECT CASE WHEN id = 1 THEN 'one' WHEN id = 2 THEN 'two' ELSE 'more' END FROM people
SELECT CASE id WHEN 1 THEN 'one' END FROM people
SELECT if(id = 1, 'a', 'b'), ifnull(born, DATE '1900-01-01'), coalesce(NULL, id, 0) FROM people
SELECT nullif(id, 1), greatest(id, 2), least(id, 2) FROM people
SELECT try(1 / 0), TRY(CAST('x' AS INTEGER))
SELECT count(*) FILTER (WHERE late), count(*) FROM payments

# --- functions of text, dates, numbers, lists
SELECT upper(surname), lower(surname), length(surname), reverse(surname) FROM people
SELECT SUBSTRING(surname FROM 1 FOR 2), left(surname, 1), right(surname, 1) FROM people
SELECT trim(surname), trim(BOTH 'x' FROM surname), ltrim(surname), rtrim(surname, 'x') FROM people
SELECT surname || ', ' || forename, concat(surname, ' ', forename), concat_ws('-', 'a', 'b') FROM people
SELECT replace(postcode, ' ', ''), split_part(postcode, ' ', 1), position('Z' IN postcode) FROM people
SELECT lpad(id::VARCHAR, 8, '0'), rpad(surname, 10, '.') FROM people
SELECT regexp_replace(postcode, '[0-9]', '9', 'g'), regexp_extract(postcode, '([A-Z]+)', 1) FROM people
SELECT md5(surname), sha256(surname), strip_accents('é') FROM people
SELECT levenshtein(surname, forename), jaro_winkler_similarity(surname, forename) FROM people
SELECT EXTRACT(year FROM born), year(born), month(born), date_part('day', born) FROM people
SELECT date_trunc('month', born), last_day(born), dayname(born), age(DATE '2026-01-01', born) FROM people
SELECT date_diff('year', born, DATE '2026-04-06'), make_date(2026, 4, 6) FROM people
SELECT strftime(born, '%d/%m/%Y'), strptime('06/04/2026', '%d/%m/%Y') FROM people
SELECT recorded AT TIME ZONE 'Europe/London' = recorded AT TIME ZONE 'UTC' FROM payments
SELECT abs(-1), round(amount, 1), ceil(amount), floor(amount), sqrt(4), power(2, 3), mod(7, 3) FROM payments
SELECT ln(2.0), exp(1), pi(), sign(-3), trunc(1.7)
SELECT [1, 2, 3], [1, 2, 3][1], [1, 2, 3][1:2], [1, 2, 3, 4][1:4:2], [1, 2][-1], ARRAY[1, 2], []
SELECT surname[1], surname[1:2] FROM people
SELECT list_contains([1, 2], 1), len([1, 2]), list_sort([2, 1]), list_sum([1, 2]), array_to_string([1, 2], ',')
SELECT unnest([1, 2, 3]) AS n
SELECT unnest(string_split('a,b', ','))
SELECT id FROM people WHERE id = ANY ([1, 2])
SELECT 2 IN [1, 2]

# --- aggregates
SELECT count(*), count(born), count(DISTINCT area) FROM people
SELECT sum(amount), avg(amount), min(amount), max(amount), median(amount) FROM payments
SELECT sum(DISTINCT amount), stddev(amount), variance(amount), mode(method) FROM payments
SELECT string_agg(method, ', ' ORDER BY method), list(method ORDER BY amount DESC) FROM payments
SELECT quantile_cont(amount, 0.5), quantile_disc(amount, 0.9) FROM payments
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount) FROM payments
SELECT mode() WITHIN GROUP (ORDER BY method) FROM payments
SELECT arg_max(method, amount), arg_min(method, amount), max_by(method, amount), bool_or(late) FROM payments
SELECT corr(amount, person_id), regr_slope(amount, person_id), covar_pop(amount, person_id) FROM payments
SELECT sum(amount) FILTER (WHERE method = 'BACS') FROM payments
SELECT count(DISTINCT method) FILTER (WHERE NOT late), first(method ORDER BY amount) FROM payments

# --- group by
SELECT area, count(*) FROM people GROUP BY area
SELECT area, count(*) AS n FROM people GROUP BY 1 HAVING count(*) > 1
SELECT area, sex, count(*) FROM people GROUP BY ALL ORDER BY ALL
SELECT area, sex, count(*) FROM people GROUP BY area, sex ORDER BY 1, 2
SELECT count(*) FROM people GROUP BY (area)
SELECT count(*) FROM people GROUP BY ()
SELECT area, sex, count(*), GROUPING(area) FROM people GROUP BY ROLLUP (area, sex) ORDER BY ALL
SELECT area, sex, count(*) FROM people GROUP BY CUBE (area, sex) ORDER BY ALL
SELECT area, sex, count(*) FROM people GROUP BY GROUPING SETS ((area), (sex), (area, sex), ()) ORDER BY ALL
SELECT area, sex, born, count(*) FROM people GROUP BY CUBE (area, sex), born ORDER BY ALL
SELECT area, area, count(*) FROM people GROUP BY area, area ORDER BY 1
SELECT year(born) AS y, count(*) FROM people GROUP BY y ORDER BY y
SELECT count(*) FROM people GROUP BY CASE WHEN id > 1 THEN 1 ELSE 0 END ORDER BY 1
SELECT 1 FROM people HAVING count(*) > 0

# --- order, limit
SELECT id FROM people ORDER BY id DESC
SELECT id FROM people ORDER BY born ASC NULLS FIRST, surname DESC NULLS LAST, 1
SELECT id, area FROM people ORDER BY ALL DESC
SELECT id FROM people ORDER BY id LIMIT 2
SELECT id FROM people ORDER BY id LIMIT 2 OFFSET 1
SELECT id FROM people ORDER BY id OFFSET 1
SELECT id FROM people ORDER BY id LIMIT ALL
SELECT id FROM people ORDER BY id FETCH FIRST 2 ROWS ONLY
SELECT id FROM people LIMIT 0
SELECT id FROM people ORDER BY (id % 2), -id

# --- joins
SELECT p.surname, y.amount FROM people p JOIN payments y ON p.id = y.person_id ORDER BY ALL
SELECT p.surname, y.amount FROM people p LEFT JOIN payments y ON y.person_id = p.id ORDER BY ALL
SELECT p.surname, y.amount FROM people p RIGHT OUTER JOIN payments y ON y.person_id = p.id ORDER BY ALL
SELECT p.surname, y.amount FROM people p FULL JOIN payments y ON y.person_id = p.id ORDER BY ALL
SELECT a.id, b.id FROM people a JOIN people b USING (area) ORDER BY ALL
SELECT area, sex FROM people a JOIN people b USING (area, sex) ORDER BY ALL
SELECT count(*) FROM people, payments
SELECT count(*) FROM people CROSS JOIN payments
SELECT count(*) FROM people a, people b, payments c WHERE a.id = b.id AND b.id = c.person_id
SELECT id FROM people SEMI JOIN payments ON id = person_id ORDER BY id
SELECT id FROM people ANTI JOIN payments ON id = person_id ORDER BY id
SELECT p.id, y.amount FROM people p ASOF JOIN payments y ON p.id = y.person_id AND p.born >= y.paid_on
SELECT p.id, y.amount FROM people p ASOF LEFT JOIN payments y ON p.id >= y.person_id ORDER BY ALL
SELECT count(*) FROM (people p JOIN payments y ON p.id = y.person_id) JOIN people q ON q.id = p.id
SELECT count(*) FROM people p JOIN (payments y JOIN people q ON q.id = y.person_id) ON q.id = p.id
SELECT count(*) FROM people p JOIN payments y ON TRUE
SELECT e.nino, p.id FROM "paye-employments" e LEFT JOIN people p ON p.surname = e.employer ORDER BY ALL

# --- subqueries
SELECT (SELECT max(amount) FROM payments)
SELECT id FROM people WHERE id IN (SELECT person_id FROM payments) ORDER BY id
SELECT id FROM people WHERE id NOT IN (SELECT person_id FROM payments WHERE person_id IS NOT NULL) ORDER BY id
SELECT id FROM people p WHERE EXISTS (SELECT 1 FROM payments y WHERE y.person_id = p.id) ORDER BY id
SELECT id FROM people p WHERE NOT EXISTS (FROM payments y WHERE y.person_id = p.id) ORDER BY id
SELECT id FROM people WHERE id > ALL (SELECT person_id FROM payments WHERE person_id < 2) ORDER BY id
SELECT id FROM people WHERE id <= ANY (SELECT person_id FROM payments) ORDER BY id
SELECT id FROM people WHERE (id, 'BACS') IN (SELECT person_id, method FROM payments) ORDER BY id
SELECT t.n FROM (SELECT count(*) AS n FROM people) AS t
SELECT t.n FROM (SELECT count(*) FROM people) AS t(n)
SELECT n FROM (SELECT count(*) AS n FROM people)
SELECT id, s.total FROM people p, LATERAL (SELECT sum(amount) AS total FROM payments y WHERE y.person_id = p.id) s ORDER BY id
SELECT id, (SELECT count(*) FROM payments y WHERE y.person_id = p.id) FROM people p ORDER BY id
SELECT id FROM people WHERE id = (SELECT id FROM people ORDER BY id DESC LIMIT 1)

# --- WITH
WITH q AS (SELECT id FROM people) SELECT * FROM q ORDER BY id
WITH q(a, b) AS (SELECT id, area FROM people) SELECT b, sum(a) FROM q GROUP BY b ORDER BY b
WITH q AS (SELECT 1 AS x), r AS (SELECT x + 1 AS x FROM q) SELECT q.x, r.x FROM q, r
WITH q AS MATERIALIZED (SELECT 1 AS x) SELECT x FROM q
WITH q AS NOT MATERIALIZED (SELECT 1 AS x) SELECT x FROM q
WITH RECURSIVE q AS (SELECT 1 AS x) SELECT x FROM q
SELECT (WITH z AS (SELECT 1 AS x) SELECT x FROM z)
SELECT * FROM (WITH z AS (SELECT 1 AS x) SELECT x FROM z) t, (WITH z AS (SELECT 2 AS y) SELECT y FROM z) u
WITH q AS (SELECT 1 AS x) SELECT x FROM q UNION SELECT 2 ORDER BY 1
WITH "Odd name" AS (SELECT 1 AS x) SELECT x FROM "odd NAME"
WITH q AS (SELECT id FROM people) SELECT count(*) FROM q a JOIN q b ON a.id = b.id

# --- set operations and VALUES
SELECT id FROM people UNION SELECT person_id FROM payments ORDER BY 1
SELECT id FROM people UNION ALL SELECT person_id FROM payments ORDER BY 1 LIMIT 3
SELECT id FROM people INTERSECT SELECT person_id FROM payments ORDER BY 1
SELECT id FROM people EXCEPT ALL SELECT person_id FROM payments ORDER BY 1
SELECT 1 AS a UNION BY NAME SELECT 2 AS b
SELECT 1 AS a UNION ALL BY NAME SELECT 2 AS b, 3 AS a
(SELECT 1 UNION SELECT 2) UNION ALL SELECT 2 ORDER BY 1
SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 EXCEPT SELECT 2 ORDER BY 1
SELECT 1 UNION ALL (SELECT 2 ORDER BY 1 LIMIT 1) ORDER BY 1
SELECT 1 UNION ALL (SELECT 2 EXCEPT SELECT 3) ORDER BY 1
VALUES (1, 'a'), (2, 'b')
VALUES (2), (1) ORDER BY 1 LIMIT 1
SELECT x, y FROM (VALUES (1, 2), (3, 4)) AS v(x, y)
WITH q(x) AS (VALUES (1), (2)) SELECT sum(x) FROM q
SELECT p.id, v.n FROM people p JOIN (VALUES ('E07000001', 'North')) v(code, n) ON v.code = p.area ORDER BY 1

# --- windows
SELECT id, row_number() OVER () FROM people
SELECT id, row_number() OVER (PARTITION BY area ORDER BY id DESC) FROM people ORDER BY id
SELECT id, rank() OVER w, dense_rank() OVER w FROM people WINDOW w AS (ORDER BY area) ORDER BY id
SELECT id, lag(id) OVER (ORDER BY id), lead(id, 2) OVER (ORDER BY id), lag(id, 1, 0) OVER (ORDER BY id) FROM people ORDER BY id
SELECT id, lag(born IGNORE NULLS) OVER (ORDER BY id), first_value(id) OVER (ORDER BY id) FROM people ORDER BY id
SELECT id, last_value(id) OVER (ORDER BY id), nth_value(id, 2) OVER (ORDER BY id), ntile(2) OVER (ORDER BY id) FROM people ORDER BY id
SELECT id, percent_rank() OVER (ORDER BY id), cume_dist() OVER (ORDER BY id) FROM people ORDER BY id
SELECT amount, sum(amount) OVER (ORDER BY amount ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM payments ORDER BY 1
SELECT amount, sum(amount) OVER (ORDER BY amount ROWS UNBOUNDED PRECEDING) FROM payments ORDER BY 1
SELECT amount, avg(amount) OVER (ORDER BY amount RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING) FROM payments ORDER BY 1
SELECT count(*) OVER (ORDER BY paid_on RANGE BETWEEN INTERVAL 1 MONTH PRECEDING AND CURRENT ROW) FROM payments ORDER BY 1
SELECT sum(amount) OVER (ORDER BY amount GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) FROM payments ORDER BY 1
SELECT sum(amount) OVER (ORDER BY amount ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) FROM payments ORDER BY 1
SELECT sum(amount) OVER (ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING EXCLUDE GROUP) FROM payments ORDER BY 1
SELECT count(DISTINCT method) OVER (), sum(amount) FILTER (WHERE late) OVER () FROM payments
SELECT list(method ORDER BY amount) OVER (PARTITION BY late) FROM payments ORDER BY 1
SELECT id FROM people QUALIFY row_number() OVER (PARTITION BY area ORDER BY id) = 1 ORDER BY id
SELECT sum(sum(amount)) OVER () FROM payments GROUP BY method

# --- parameters
SELECT ?
SELECT id FROM people WHERE area = $1 AND id > $2
SELECT id FROM people WHERE area = ? AND id > ?
SELECT id FROM people WHERE area = $area AND born < $Before_1
SELECT id FROM people WHERE area = $area OR postcode = $area
SELECT id FROM people LIMIT $n OFFSET $m
SELECT $1::INTEGER + $1
SELECT id FROM people WHERE id IN ($1, $2, 3)
SELECT (SELECT count(*) FROM payments WHERE amount > $least)
