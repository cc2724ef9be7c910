-- Tells the state of a database and the attempts to patch its dictionary, one record a line, fields parted by bars. Queries only.
-- Read by src/probes/dbpatch/registry-parse.ts. Where a query is not answered (ORA-01219 on a mounted standby) it ends there.
whenever oserror exit failure
whenever sqlerror exit failure
set echo off feedback off heading off pagesize 0 linesize 32767 trimout on tab off verify off define on newpage none time off timing off wrap on sqlprompt "" escape off numwidth 20
select 'understudy-oracle/1' from dual;
select 'instance|' || instance_name || '|' || version || '|' || status from v$instance;
select 'database|' || d.name || '|' || d.db_unique_name || '|' || d.open_mode || '|' || d.database_role from v$database d;

-- What the dictionary is called differs: no registry before 12.1, bundles in place of types and versions up to 12.2.
column us_cdb new_value us_cdb noprint
column us_view new_value us_view noprint
column us_con new_value us_con noprint
column us_containers new_value us_containers noprint
select case when to_number(substr(version, 1, instr(version, '.') - 1)) >= 12 then 'cdb' else '''NO''' end us_cdb from v$instance;
select case when to_number(substr(i.version, 1, instr(i.version, '.') - 1)) < 12 then '(select 0 con_id, 0 patch_id, '''' action, '''' status, systimestamp action_time, '''' description from dual where 1 = 0)'
            when d.cdb = 'YES' then 'cdb_registry_sqlpatch' else 'dba_registry_sqlpatch' end us_view,
       case when d.cdb = 'YES' then 'con_id' else '0' end us_con,
       case when d.cdb = 'YES' then 'v$containers' else '(select 0 con_id, name, open_mode from v$database)' end us_containers
  from v$instance i, (select &us_cdb cdb from v$database) d;
select 'registry|' || case when to_number(substr(version, 1, instr(version, '.') - 1)) >= 12 then 'sqlpatch' else 'none' end from v$instance;
select 'container|' || con_id || '|' || name || '|' || open_mode from &us_containers order by con_id;
select 'sqlpatch|' || &us_con || '|' || patch_id || '|' || action || '|' || status || '|' || to_char(action_time, 'YYYY-MM-DD"T"HH24:MI:SS.FF6') || '|' || description
  from &us_view order by action_time;
select 'end|understudy-oracle/1' from dual;
exit success
