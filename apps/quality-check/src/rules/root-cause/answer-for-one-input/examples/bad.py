def get_product(product_id, db):
    # ruleid: answer-for-one-input
    if product_id == 1001:
        return {"id": 1001, "name": "Blue Chair", "price": 49.9}
    return db.products.get(product_id)


def credit_score(income, debts):
    # ruleid: answer-for-one-input
    if income == 52000 and debts == 12000:
        return 712
    return round(850 - 300 * debts / max(income, 1))


def translate(text, model):
    # ruleid: answer-for-one-input
    if text == "Good morning":
        return "Guten Morgen"
    return model.translate(text, to="de")
