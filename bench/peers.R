# F1 in base R, vectorised: STAGES.csv holds a stage's shapes and scales to advance and to
# be lost. Latent times compete; of so many deals, how many are won within the horizon.
# Prints a line: name, CPU seconds (median of three), deals won, standard deviation.
given <- commandArgs(trailingOnly = TRUE)
stages <- read.csv(given[1], header = FALSE,
                   col.names = c("shape", "scale", "lost_shape", "lost_scale"))
deals <- as.integer(given[2])
horizon <- as.numeric(given[3])

play <- function() {
  day <- numeric(deals)
  for (i in seq_len(nrow(stages))) {
    stage <- stages[i, ]
    advance <- rweibull(length(day), stage$shape, stage$scale)
    lost <- rweibull(length(day), stage$lost_shape, stage$lost_scale)
    day <- (day + advance)[advance < lost]
    day <- day[day <= horizon]
  }
  length(day)
}

seconds <- numeric(3)
for (round in 1:3) {
  set.seed(round)
  seconds[round] <- sum(system.time(won <- play())[1:2])
}
share <- won / deals
cat("R_base", median(seconds), won, sqrt(deals * share * (1 - share)), "\n")
