"""The command `report`: a result as PDF, picture, table or JSON. What stands on a page is for `backend.report`."""
