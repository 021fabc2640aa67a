"""moto's interpreter and JSONata, adapted to AWS's behaviour."""
