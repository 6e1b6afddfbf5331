#!/bin/sh
# A month of looking after a studio: plans, people, prices, credits and the proof that all of it adds up.
# It may be run again: people, grants and corrections have keys or addresses of their own, and nothing happens twice.
set -eu

month=${1:-2026-05}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# What people can subscribe to. Prices are centavos.
studio admin plans show pro > /dev/null 2>&1 ||
    studio admin plans create --name Pro --key pro --credits 500 --price-monthly 4990 --price-yearly 49900
studio admin plans show trial > /dev/null 2>&1 ||
    studio admin plans create --name Trial --key trial --credits 50 --price-monthly 0 --limits characters=3

# New people, from what a spreadsheet exports and from what a program writes.
cat > "$folder/people.csv" << 'CSV'
email,name,role,plan
ana@example.com,Ana,creator,pro
rui@example.com,Rui,admin,free
CSV
cat > "$folder/people.jsonl" << 'JSONL'
{"email": "bia@example.com", "name": "Bia", "plan": "trial"}
JSONL
for file in "$folder/people.csv" "$folder/people.jsonl"; do
    first=$(grep -o '[a-z]*@example.com' "$file" | head -n 1)
    studio admin users show "$first" > /dev/null 2>&1 || studio admin users create --from "$file"
done

# What things cost: looked at first, then changed.
cat > "$folder/settings.yaml" << 'YAML'
prices:
  image_generation: 6
  music_generation: 3
YAML
studio admin settings import "$folder/settings.yaml" --dry-run
studio admin settings import "$folder/settings.yaml"

# The month's credits. The key is the month and the person, so that nobody gets them twice.
cat > "$folder/credits.csv" << CSV
user,amount,reason,key,expires_days
ana@example.com,500,plan pro $month,pro-$month-ana,31
bia@example.com,50,plan trial $month,trial-$month-bia,31
CSV
studio admin credits grant --from "$folder/credits.csv"
studio admin credits grant ana@example.com 25 --reason "winner of the month" --key "winner-$month" --expires 90d
studio admin credits adjust bia@example.com -10 --reason "given by mistake" --key "mistake-$month"

# A plan that is no longer sold; who has it keeps it.
studio admin plans archive trial

# The proof, and the trail.
studio admin users list
studio admin credits verify
studio admin audit list --limit 50
