"""Plain Python, standard library only: the words, rules and ports everything else is built on."""
