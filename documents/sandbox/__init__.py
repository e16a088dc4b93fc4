"""What opens the files of strangers: a child process that knows no database and no secret.

`python -m documents.sandbox SOURCE EXTENSION DIRECTORY` reads SOURCE, and leaves in DIRECTORY
either a clean copy (`clean`) with its pages as images (`0001.jpg`…) or nothing; `result.json` says
which.
Nothing of this package imports Django: it starts fast and has little to lose."""
