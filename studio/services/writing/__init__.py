"""The craft: what language, picture and music models are asked, and what their answers become. No model is known."""
