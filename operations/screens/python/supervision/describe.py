"""What CloudWatch shows to somebody who makes a widget: which parameters it takes."""

DESCRIPTION = """## Supervision of restorations

Returns one screen as HTML. It reads and changes nothing.

| parameter | what it does | example |
|---|---|---|
| `screen` | `overview`, `branches`, `running`, `durations`, `incidents`, `rules`, `enedis`, `value`, `case` | `value` |
| `lang` | `fr` or `en`; without it, the language of your browser | `fr` |
| `filter` | Conditions that must all hold | `outcome=RESTORED\\|REFUSED hour=8..18` |
| `month` | For `value`; without it, the month in which the range ends | `2026-11` |
| `key` | For `case`: a limitation, contract, point, customer or execution | `LIM-000123` |

The range is the dashboard's; a zoom comes first.

```yaml
screen: overview
lang: fr
```
"""
