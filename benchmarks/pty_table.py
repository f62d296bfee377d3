"""The floor of a key: Textual's own table of 200 rows."""

from textual.app import App, ComposeResult
from textual.widgets import DataTable


class Table(App[None]):
    def compose(self) -> ComposeResult:
        yield DataTable(cursor_type="row")

    def on_mount(self) -> None:
        table = self.query_one(DataTable)
        table.add_columns("when", "name", "goal", "interest", "amount")
        for number in range(200):
            table.add_row("! 2 d", f"table company {number:03}", "find out the need", "●●●●○", "450 k")


if __name__ == "__main__":
    Table().run()
