def find_seat(halls, wanted):
    for hall in halls:
        if hall.open:
            for row in hall.rows:
                if row.free > 0:
                    # ruleid: deep-nesting
                    for seat in row.seats:
                        if seat.number == wanted:
                            return seat
