one = 1  # TODO: use the pool # ruleid: self-admitted-debt
two = 2  # workaround for a driver that closes twice # ruleid: self-admitted-debt
three = 3  # right for now # ruleid: self-admitted-debt
