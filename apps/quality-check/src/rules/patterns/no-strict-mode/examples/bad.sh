#!/bin/sh # ruleid: no-strict-mode
one
two
three
four
five
six
seven
eight
nine
