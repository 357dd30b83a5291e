from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Conv2D, MaxPooling2D, BatchNormalization, Activation, Flatten, Dense

model = Sequential()
model.add(Conv2D(32, (3, 3), padding="same", input_shape=(32, 32, 3)))
model.add(BatchNormalization())
model.add(Activation("relu"))
model.add(MaxPooling2D())
model.add(Flatten())
model.add(Dense(10))

listed = Sequential([
    Conv2D(24, 3, activation="relu"),
    BatchNormalization(),
    MaxPooling2D(),
    Flatten(),
    Dense(10),
])
