cp -r rules/go/ "$TARGET"
