open("components/" + "scripted.md")
