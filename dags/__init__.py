"""When things happen: thin Airflow DAGs, joined by assets. A task body is one call into a package, imported when it runs."""
