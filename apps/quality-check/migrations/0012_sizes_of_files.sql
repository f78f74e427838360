-- Of a file whose content was too large to be sent; 0: all of it is here.
alter table repository_check_files add column size_bytes bigint not null default 0;
