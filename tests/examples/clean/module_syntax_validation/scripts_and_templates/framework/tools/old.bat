echo naïve
