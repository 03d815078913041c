"""Reading: questions, charts and exports of long timelines, and the page in a browser."""
