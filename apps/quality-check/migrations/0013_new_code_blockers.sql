-- Findings that only advise because nothing says whether their lines are new.
alter table checks add column new_code_blockers integer not null default 0;
