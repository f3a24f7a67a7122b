"""What a period holds as a file for spreadsheets and scripts: the log, the reminders, the answers.

`export_scope` says which rows are meant, modules named `…_table` make a `Table`, `table_files` writes it.
"""
