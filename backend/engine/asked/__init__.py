"""What the engine can be asked, a module for each subject. It decides who may ask what, and no more: the answers are
made by others. It never blocks the loop: what does is handed to a thread or a process.
"""
