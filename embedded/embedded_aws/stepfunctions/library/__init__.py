"""moto's interpreter and JSONata, adapted."""
