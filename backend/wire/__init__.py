"""The documents: values of the model as JSON, the same for shell, REST, files and the page; and questions read back.

Must not: do I/O, decide anything about a packet, or know who asks. Whatever a person or program typed becomes a value
here, once, or an error that names the field and the value.
"""
