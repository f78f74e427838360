# ruleid: answers-by-lookup
def fibonacci(n):
    if n == 5:
        return 5
    elif n == 10:
        return 55
    elif n == 20:
        return 6765
    return 0
