"""Attribution methods graded on models that wait, of which it is known what makes them go on."""
