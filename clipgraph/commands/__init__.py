"""One module a command: its docstring is the help, ``add_arguments`` its options, ``run`` what it does."""
